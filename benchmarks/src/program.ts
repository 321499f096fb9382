import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { CliError } from "@cruddur/command-line/cli-error";
import { runCli } from "@cruddur/command-line/program";
import { SingleBar } from "cli-progress";
import { Command } from "commander";
import { benches } from "./benches/index.ts";
import type { Bench } from "./harness/bench.ts";
import { runBench } from "./harness/bench.ts";
import { pinLoad, pinning } from "./harness/child.ts";
import { pace } from "./harness/pace.ts";
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

/** The benchmarks whose comparisons a smoke run shortens. */
const SMOKE = ["framework", "full-path", "create", "page", "processes", "scale"];

async function run(
  names: readonly string[],
  { smoke = false }: { smoke?: boolean },
): Promise<void> {
  const chosen = choose(smoke && names.length === 0 ? SMOKE : names);
  pace.isSmoke = smoke;
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
      if (smoke) {
        process.stdout.write(`${label} works: ${measures.length} measures\n`);
        continue;
      }
      const result = writeResult(bench, measures, { measured_at, machine, seconds });
      process.stdout.write(`${renderTable(result)}\n`);
    } catch (error) {
      bar.stop();
      failures.push(`${bench.name}: ${error instanceof Error ? error.message : String(error)}`);
      process.stderr.write(`${label} failed: ${error instanceof Error ? error.stack : error}\n`);
    }
  }
  if (!smoke) {
    writeReport(benches.map((bench) => bench.name));
    process.stdout.write(
      "The results are in benchmarks/results/README.md and benchmarks/results/chart.svg\n",
    );
    writeReadme();
  }
  if (failures.length > 0) throw new CliError(failures.join("; "));
}

/** Takes the figures over into the README. */
function writeReadme(): void {
  const root = join(import.meta.dirname, "../..");
  const args = ["--import", "tsx", join(root, "scripts/generate-docs.ts")];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new CliError("the README was not written: run pnpm generate-docs");
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

/** `pnpm bench [name…] [--smoke]`. */
export function main(argv: readonly string[]): Promise<void> {
  const program = new Command("pnpm bench")
    .description("Run benchmarks and write their results to benchmarks/results.")
    .argument("[name...]", "the benchmarks to run; default: all")
    .option("--smoke", "run the comparisons for a moment, to see that they work; writes no results")
    .addHelpText(
      "after",
      `\nBenchmarks:\n${benches.map((bench) => `  ${bench.name.padEnd(12)} ${bench.question}`).join("\n")}`,
    )
    .action(run);
  return runCli(program, argv);
}
