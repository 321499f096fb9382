import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { checkAgainstModel } from "../src/check.ts";
import { history } from "../src/history.ts";
import { prove } from "../src/property.ts";
import { deliverAll, playHistory } from "../src/run-history.ts";
import { Worlds } from "../src/world.ts";

const worlds = new Worlds();
afterAll(() => worlds[Symbol.asyncDispose]());

test("after any history, every inbox, message and unread count is the model's", async () => {
  const name = expect.getState().currentTestName ?? "";
  await prove(
    name,
    fc.asyncProperty(history, async (played) => {
      const world = await worlds.create();
      const { model, source } = await playHistory(world, played);
      await deliverAll(world, source);
      await checkAgainstModel(world, model);
    }),
    { runs: 25 },
  );
}, 120_000);
