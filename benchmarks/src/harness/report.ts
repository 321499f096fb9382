import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Measure } from "./bench.ts";
import { renderChart } from "./chart.ts";
import {
  type BenchResult,
  formatNumber,
  type ResultMeasure,
  reachesGoal,
  resultSchema,
} from "./result.ts";

const folder = join(import.meta.dirname, "../../results");

function formatValue({ value, unit }: ResultMeasure): string {
  const suffix = unit === "" ? "" : unit === "times" ? "×" : ` ${unit}`;
  if (typeof value === "number") return `${formatNumber(value)}${suffix}`;
  return `${formatNumber(value.median)}${suffix} (${formatNumber(value.low)} to ${formatNumber(value.high)})`;
}

function formatGoal({ goal, unit }: ResultMeasure): string {
  if (goal === undefined) return "";
  return `${goal.at === "least" ? "≥" : "≤"} ${formatNumber(goal.value)}${unit === "times" ? "×" : ` ${unit}`}`;
}

/** The Markdown table of one benchmark, with a row for each measure. */
export function renderTable(result: BenchResult): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = result.measures.map((measure) => {
    const met = reachesGoal(measure);
    const mark = met === null ? "" : met ? "yes" : "**no**";
    return `| ${[measure.what, formatValue(measure), formatGoal(measure), mark, measure.detail ?? ""].map(cell).join(" | ")} |`;
  });
  return [
    `## ${result.name}`,
    "",
    result.question,
    "",
    "| | median (quartiles) | goal | reached | details |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    `Measured ${result.measured_at} on ${result.machine}, in ${formatNumber(result.seconds)} s.`,
    "",
  ].join("\n");
}

/** Writes one benchmark's result to `results/<name>.json`. */
export function writeResult(
  bench: Bench,
  measures: Measure[],
  run: { measured_at: string; machine: string; seconds: number },
): BenchResult {
  mkdirSync(folder, { recursive: true });
  const result: BenchResult = { name: bench.name, question: bench.question, ...run, measures };
  writeFileSync(join(folder, `${bench.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

/**
 * Writes `results/README.md` and `results/chart.svg` from all results.
 * @param order the names of all benchmarks; results of others are left out
 */
export function writeReport(order: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  const kept = new Set(readdirSync(folder).filter((file) => file.endsWith(".json")));
  const results = order
    .filter((name) => kept.has(`${name}.json`))
    .map((name) =>
      resultSchema.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"))),
    );
  const goals = results.flatMap((result) => result.measures.filter((m) => m.goal !== undefined));
  const met = goals.filter((measure) => reachesGoal(measure) === true).length;
  const head = `# Results of \`pnpm bench\`\n\n${met} of ${goals.length} goals reached. How it is measured and how to read this: [benchmarks/README.md](../README.md).\n\n![Goals and what was reached](chart.svg)\n`;
  writeFileSync(
    join(folder, "README.md"),
    [head, ...results.map((result) => renderTable(result))].join("\n"),
  );
  writeFileSync(join(folder, "chart.svg"), renderChart(results));
}
