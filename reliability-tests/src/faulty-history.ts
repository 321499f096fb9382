import fc from "fast-check";
import { checkAgainstModel } from "./check.ts";
import { type Delivery, deliveries } from "./delivery.ts";
import { faultPlan } from "./faults.ts";
import { contendedHistory, type History, history } from "./history.ts";
import { deliverAll, playHistory } from "./run-history.ts";
import type { World } from "./world.ts";

/** A history, what goes wrong on the way, and how far the servers' clocks are apart. */
export interface FaultyHistory {
  history: History;
  deliveries: Delivery[];
  /** For the requests of the servers, and of the Lambda. */
  serverFaults: number[];
  lambdaFaults: number[];
  clockSkewMs: number;
  /** Whether the servers take the short way to the table, as in production. */
  fastPath: boolean;
}

/** A stream and a table that behave. */
const withoutFaults = {
  history,
  deliveries: fc.constant<Delivery[]>([]),
  serverFaults: fc.constant<number[]>([]),
  lambdaFaults: fc.constant<number[]>([]),
  clockSkewMs: fc.constantFrom(0, 0, 40, 5_000),
  fastPath: fc.boolean(),
};
const tableFaults = { serverFaults: faultPlan, lambdaFaults: faultPlan };

/** A stream that delivers at its worst, over a table that behaves. */
export const historyWithFaultyStream: fc.Arbitrary<FaultyHistory> = fc.record({
  ...withoutFaults,
  deliveries,
});

/** Deliveries and read markers that meet on the same rows all the time. */
export const contendedHistoryWithFaultyStream: fc.Arbitrary<FaultyHistory> = fc.record({
  ...withoutFaults,
  history: contendedHistory,
  deliveries,
});

/** A table that refuses, times out and answers late, behind a stream that behaves. */
export const historyWithFaultyTable: fc.Arbitrary<FaultyHistory> = fc.record({
  ...withoutFaults,
  ...tableFaults,
});

/** Everything at once. */
export const faultyHistory: fc.Arbitrary<FaultyHistory> = fc.record({
  ...withoutFaults,
  ...tableFaults,
  history: fc.oneof({ weight: 3, arbitrary: history }, { weight: 1, arbitrary: contendedHistory }),
  deliveries,
});

/**
 * Plays a history with its faults, lets the stream catch up, and compares with the model; then
 * delivers the whole stream a second time, which must change nothing.
 * @returns how many operations it had. Throws at the first difference.
 */
export async function checkFaultyHistory(world: World, faulty: FaultyHistory): Promise<number> {
  world.serverTable.plan = faulty.serverFaults;
  world.lambdaTable.plan = faulty.lambdaFaults;
  const { model, source, operations } = await playHistory(world, faulty.history, faulty.deliveries);
  await deliverAll(world, source);
  await checkAgainstModel(world, model);
  source.rewindAll();
  await deliverAll(world, source);
  await checkAgainstModel(world, model);
  return operations;
}
