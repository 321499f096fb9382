import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import {
  checkFaultyHistory,
  contendedHistoryWithFaultyStream,
  historyWithFaultyStream,
} from "../src/faulty-history.ts";
import { prove } from "../src/property.ts";
import { Worlds } from "../src/world.ts";

const worlds = new Worlds();
afterAll(() => worlds[Symbol.asyncDispose]());

test("inboxes converge to the model's however the stream delivers", async () => {
  await prove(
    expect.getState().currentTestName ?? "",
    fc.asyncProperty(historyWithFaultyStream, async (faulty) => {
      const world = await worlds.create(faulty);
      await checkFaultyHistory(world, faulty);
    }),
    { runs: 20 },
  );
}, 150_000);

test("unread counts stay exact when deliveries and read markers meet on the same rows", async () => {
  await prove(
    expect.getState().currentTestName ?? "",
    fc.asyncProperty(contendedHistoryWithFaultyStream, async (faulty) => {
      await checkFaultyHistory(await worlds.create(faulty), faulty);
    }),
    { runs: 20 },
  );
}, 150_000);
