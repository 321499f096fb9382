import fc from "fast-check";
import { expect, test } from "vitest";
import { PROPERTY_TIMEOUT_MS } from "../src/check-property.ts";
import { FAULT_KINDS } from "../src/faults/faults.ts";
import { checkScenario, scenarios, tableFaultScenarios } from "../src/scenario.ts";
import { checkScenarios, useTestEnvironments } from "./support.ts";

const environments = useTestEnvironments();

test(
  "faults of the table lose no message, duplicate none, and leave no incomplete message group",
  async () => {
    await checkScenarios(environments, tableFaultScenarios);
  },
  PROPERTY_TIMEOUT_MS,
);

test(
  "the table becomes equal to the model when table and stream are both faulty",
  async () => {
    await checkScenarios(environments, scenarios);
  },
  PROPERTY_TIMEOUT_MS,
);

test("the tests of this file have injected every kind of fault", async () => {
  const wanted = [...FAULT_KINDS, "crash"].sort();
  const injected = () => [...environments.faults.keys()].sort();
  // A single seed or a busy machine injects fewer kinds, so more scenarios run until all occurred.
  for (const scenario of fc.sample(scenarios, { numRuns: 300, seed: 7 })) {
    if (injected().length === wanted.length) break;
    await checkScenario(await environments.create(scenario), scenario);
  }
  expect(injected()).toEqual(wanted);
}, 150_000);
