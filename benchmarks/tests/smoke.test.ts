import { expect, it } from "vitest";
import { create } from "../src/benches/create.ts";
import { fullPath } from "../src/benches/full-path.ts";
import { runBench } from "../src/harness/bench.ts";
import { pace } from "../src/harness/pace.ts";

it("the peers do the product's job, and every comparison has its figure", async () => {
  pace.isSmoke = true;
  for (const bench of [fullPath, create]) {
    const measures = await runBench(bench, () => {});
    for (const { value } of measures) {
      expect(typeof value === "number" ? value : value.median).toBeGreaterThan(0);
    }
  }
}, 120_000);
