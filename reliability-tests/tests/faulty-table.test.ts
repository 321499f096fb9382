import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { FAULT_KINDS } from "../src/faults.ts";
import {
  checkFaultyHistory,
  faultyHistory,
  historyWithFaultyTable,
} from "../src/faulty-history.ts";
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

test("every kind of fault was injected", async () => {
  const wanted = [...FAULT_KINDS, "crash"].sort();
  const injected = () => [...worlds.faults.keys()].sort();
  // What a replay or a busy machine left out is made up for: without it the proofs above say little.
  for (const faulty of fc.sample(faultyHistory, { numRuns: 300, seed: 7 })) {
    if (injected().length === wanted.length) break;
    await checkFaultyHistory(await worlds.create(faulty), faulty);
  }
  expect(injected()).toEqual(wanted);
}, 150_000);
