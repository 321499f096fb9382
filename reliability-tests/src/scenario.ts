import fc from "fast-check";
import { compareTableWithModel } from "./compare-table.ts";
import { faultPlans } from "./faults/faults.ts";
import type { OperationHistory } from "./operation-history.ts";
import {
  contendedOperationHistories,
  deletingOperationHistories,
  operationHistories,
} from "./operation-history-arbitraries.ts";
import { deliverAll, runOperationHistory } from "./run-operation-history.ts";
import { type Delivery, deliveryPlans } from "./stream/delivery-plan.ts";
import type { TestEnvironment } from "./test-environment.ts";

/** An operation history, the faults that are injected into it, and how the servers are set up. */
export interface Scenario {
  operationHistory: OperationHistory;
  deliveries: Delivery[];
  /** The faults of the servers' requests to the table. */
  serverFaults: number[];
  /** The faults of the Lambda's requests to the table. */
  lambdaFaults: number[];
  /** How far the second server's clock is behind the first one's. */
  clockSkewMs: number;
  /** True when the servers reach the table by the fast path, as they do in production. */
  fastPath: boolean;
}

const withoutFaults = {
  operationHistory: operationHistories,
  deliveries: fc.constant<Delivery[]>([]),
  serverFaults: fc.constant<number[]>([]),
  lambdaFaults: fc.constant<number[]>([]),
  clockSkewMs: fc.constantFrom(0, 0, 40, 5_000),
  fastPath: fc.boolean(),
};
const tableFaults = { serverFaults: faultPlans, lambdaFaults: faultPlans };

/** Faults of the stream's delivery, over a table without faults. */
export const streamFaultScenarios: fc.Arbitrary<Scenario> = fc.record({
  ...withoutFaults,
  deliveries: deliveryPlans,
});

/** The same while deliveries and read markers constantly update the same memberships. */
export const contendedStreamFaultScenarios: fc.Arbitrary<Scenario> = fc.record({
  ...withoutFaults,
  operationHistory: contendedOperationHistories,
  deliveries: deliveryPlans,
});

/** The same while messages are deleted that were read in part, and their records are repeated. */
export const deletingScenarios: fc.Arbitrary<Scenario> = fc.record({
  ...withoutFaults,
  operationHistory: deletingOperationHistories,
  deliveries: deliveryPlans,
});

/** A table that refuses requests, times out and answers late, and regular deliveries. */
export const tableFaultScenarios: fc.Arbitrary<Scenario> = fc.record({
  ...withoutFaults,
  ...tableFaults,
});

/** Every fault at once. */
export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  ...withoutFaults,
  ...tableFaults,
  operationHistory: fc.oneof(
    { weight: 3, arbitrary: operationHistories },
    { weight: 1, arbitrary: contendedOperationHistories },
  ),
  deliveries: deliveryPlans,
});

/**
 * Runs a scenario, delivers the rest of the stream, and compares the table with the model. Then
 * delivers the whole stream again, which must change nothing. Throws at the first difference.
 * @returns the number of operations
 */
export async function checkScenario(
  environment: TestEnvironment,
  scenario: Scenario,
): Promise<number> {
  environment.serverTable.plan = scenario.serverFaults;
  environment.lambdaTable.plan = scenario.lambdaFaults;
  const { operationHistory, deliveries } = scenario;
  const run = await runOperationHistory(environment, operationHistory, deliveries);
  await deliverAll(environment, run.source);
  await compareTableWithModel(environment, run.model);
  run.source.rewindAll();
  await deliverAll(environment, run.source);
  await compareTableWithModel(environment, run.model);
  return run.operationCount;
}
