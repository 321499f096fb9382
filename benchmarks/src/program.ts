import { cpus, totalmem } from "node:os";
import { CliError } from "@cruddur/command-line/cli-error";
import { runCli } from "@cruddur/command-line/program";
import { SingleBar } from "cli-progress";
import { Command } from "commander";
import { benches } from "./benches/index.ts";
import type { Bench } from "./harness/bench.ts";
import { runBench } from "./harness/bench.ts";
import { pinLoad, pinning } from "./harness/child.ts";
import { renderTable, writeReport, writeResult } from "./harness/report.ts";

function choose(names: readonly string[]): Bench[] {
  if (names.length === 0) return benches;
  return names.map((name) => {
    const bench = benches.find((candidate) => candidate.name === name);
    if (bench !== undefined) return bench;
    throw new CliError(
      `there is no benchmark ${name}: choose from ${benches.map((b) => b.name).join(", ")}`,
    );
  });
}

async function run(names: readonly string[]): Promise<void> {
  const chosen = choose(names);
  pinLoad();
  const machine = `${cpus()[0]?.model.trim() ?? process.arch} × ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}${pinning ? ", server on a CPU of its own" : ""}`;
  const failures: string[] = [];
  for (const [index, bench] of chosen.entries()) {
    const label = `[${index + 1}/${chosen.length}] ${bench.name}`;
    const bar = startBar(label, bench.steps);
    const startedAt = performance.now();
    try {
      const measures = await runBench(bench, () => bar.tick());
      bar.stop();
      const seconds = (performance.now() - startedAt) / 1000;
      const measured_at = `${new Date().toISOString().slice(0, 16)}Z`;
      const result = writeResult(bench, measures, { measured_at, machine, seconds });
      process.stdout.write(`${renderTable(result)}\n`);
    } catch (error) {
      bar.stop();
      failures.push(`${bench.name}: ${error instanceof Error ? error.message : String(error)}`);
      process.stderr.write(`${label} failed: ${error instanceof Error ? error.stack : error}\n`);
    }
  }
  writeReport(benches.map((bench) => bench.name));
  process.stdout.write(
    "The results are in benchmarks/results/README.md and benchmarks/results/chart.svg\n",
  );
  if (failures.length > 0) throw new CliError(failures.join("; "));
}

function startBar(label: string, steps: number): { tick(): void; stop(): void } {
  if (!process.stderr.isTTY) {
    process.stderr.write(`${label} …\n`);
    return { tick() {}, stop() {} };
  }
  const bar = new SingleBar({ format: `${label} {bar} {percentage}%`, hideCursor: true });
  bar.start(steps, 0);
  return { tick: () => bar.increment(), stop: () => bar.stop() };
}

/** `pnpm bench [name…]`. */
export function main(argv: readonly string[]): Promise<void> {
  const program = new Command("pnpm bench")
    .description("Run benchmarks and write their results to benchmarks/results.")
    .argument("[name...]", "the benchmarks to run; default: all")
    .addHelpText(
      "after",
      `\nBenchmarks:\n${benches.map((bench) => `  ${bench.name.padEnd(12)} ${bench.question}`).join("\n")}`,
    )
    .action(run);
  return runCli(program, argv);
}
