import { z } from "zod";

const spreadSchema = z.object({ median: z.number(), low: z.number(), high: z.number() });
export const resultSchema = z.object({
  name: z.string(),
  question: z.string(),
  measured_at: z.string(),
  machine: z.string(),
  seconds: z.number(),
  measures: z.array(
    z.object({
      what: z.string(),
      value: z.union([z.number(), spreadSchema]),
      unit: z.string(),
      goal: z.object({ at: z.enum(["least", "most"]), value: z.number() }).optional(),
      detail: z.string().optional(),
    }),
  ),
});
export type BenchResult = z.infer<typeof resultSchema>;
export type ResultMeasure = BenchResult["measures"][number];

export function medianOf(measure: Pick<ResultMeasure, "value">): number {
  return typeof measure.value === "number" ? measure.value : measure.value.median;
}

/** Returns true if a measure reaches its goal, and null if it has none. */
export function reachesGoal(measure: ResultMeasure): boolean | null {
  if (measure.goal === undefined) return null;
  const value = medianOf(measure);
  return measure.goal.at === "least" ? value >= measure.goal.value : value <= measure.goal.value;
}

/** Formats a number with three significant figures and separated thousands. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString("en-US", { maximumSignificantDigits: 3 });
}
