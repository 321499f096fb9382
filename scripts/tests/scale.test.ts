import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { partitionMarkdown, scaleMarkdown } from "../docs/scale.ts";
import { estimate, LIMITS, readUnits, simulatePartition } from "../docs/scale-model.ts";
import { root } from "../workspace.mjs";

test("docs/scale.md shows what the model computes today", () => {
  const text = readFileSync(join(root, "docs/scale.md"), "utf8");
  expect(text).toContain(scaleMarkdown());
  expect(text).toContain(partitionMarkdown());
});

test("the units come from the benchmark's counts: 2 for a message and 3 for each member", () => {
  const { base, perMember } = readUnits();
  expect([base, perMember]).toEqual([2, 3]);
});

test("a group of 50 with 100 messages a second stays below the limits of its partition", () => {
  expect(simulatePartition(100, 10)).toEqual({ writes: 0, reads: 0 });
});

test("beyond 1,000 write units a second, a partition refuses the excess", () => {
  expect(simulatePartition(2_000, 1).writes).toBeCloseTo(1 - LIMITS.partitionWriteUnits / 2_000, 2);
});

test("a hundred times more people cost about a hundred times more table", () => {
  const ratio = estimate(1e8).dollars.table / estimate(1e6).dollars.table;
  expect(ratio).toBeCloseTo(100, 5);
});
