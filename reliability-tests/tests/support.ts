import fc from "fast-check";
import { expect } from "vitest";
import { checkFaultyHistory, type FaultyHistory } from "../src/faulty-history.ts";
import { prove } from "../src/property.ts";
import type { Worlds } from "../src/world.ts";

/** Proves, under the running test's name, that any such history ends as the model says. */
export async function proveConvergence(
  worlds: Worlds,
  histories: fc.Arbitrary<FaultyHistory>,
): Promise<void> {
  await prove(
    expect.getState().currentTestName ?? "",
    fc.asyncProperty(histories, async (faulty) => {
      await checkFaultyHistory(await worlds.create(faulty), faulty);
    }),
    { runs: 20 },
  );
}
