import { afterAll, expect, test } from "vitest";
import { FAULT_KINDS } from "../src/faults.ts";
import { faultyHistory, historyWithFaultyTable } from "../src/faulty-history.ts";
import { Worlds } from "../src/world.ts";
import { proveConvergence } from "./support.ts";

const worlds = new Worlds();
afterAll(() => worlds[Symbol.asyncDispose]());

test("a faulty table loses no message, stores none twice and leaves no half-made group", async () => {
  await proveConvergence(worlds, historyWithFaultyTable);
}, 150_000);

test("a faulty table behind a faulty stream converges to the model", async () => {
  await proveConvergence(worlds, faultyHistory);
}, 150_000);

test("every kind of fault was injected", ({ skip }) => {
  // A replay, or a machine too busy for all histories, proves nothing about the generators.
  skip(worlds.made < 100, `only ${worlds.made} histories`);
  expect([...worlds.faults.keys()].sort()).toEqual([...FAULT_KINDS, "crash"].sort());
});
