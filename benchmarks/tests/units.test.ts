import { expect, it } from "vitest";
import { units } from "../src/benches/units.ts";
import { runBench } from "../src/harness/bench.ts";
import { reachesGoal } from "../src/harness/result.ts";

it("an operation consumes no more units than its goal, counted on the real engine", async () => {
  const measures = await runBench(units, () => {});
  expect(measures.filter((measure) => reachesGoal(measure) === false)).toEqual([]);
}, 120_000);
