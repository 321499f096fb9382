import type fc from "fast-check";
import { afterAll, expect } from "vitest";
import { checkProperty } from "../src/check-property.ts";
import { checkScenario, type Scenario } from "../src/scenario.ts";
import { TestEnvironments } from "../src/test-environment.ts";

/** The test environments of a test file, which end after its last test. */
export function useTestEnvironments(): TestEnvironments {
  const environments = new TestEnvironments();
  afterAll(() => environments[Symbol.asyncDispose]());
  return environments;
}

export function currentTestName(): string {
  return expect.getState().currentTestName ?? "";
}

/** Checks that after every such scenario the table is equal to the model. */
export async function checkScenarios(
  environments: TestEnvironments,
  scenarios: fc.Arbitrary<Scenario>,
): Promise<void> {
  const check = async (scenario: Scenario) => {
    await checkScenario(await environments.create(scenario), scenario);
  };
  await checkProperty(currentTestName(), scenarios, check, 20);
}
