import { afterAll, test } from "vitest";
import {
  contendedHistoryWithFaultyStream,
  historyWithFaultyStream,
} from "../src/faulty-history.ts";
import { Worlds } from "../src/world.ts";
import { proveConvergence } from "./support.ts";

const worlds = new Worlds();
afterAll(() => worlds[Symbol.asyncDispose]());

test("inboxes converge to the model's however the stream delivers", async () => {
  await proveConvergence(worlds, historyWithFaultyStream);
}, 150_000);

test("unread counts stay exact when deliveries and read markers meet on the same rows", async () => {
  await proveConvergence(worlds, contendedHistoryWithFaultyStream);
}, 150_000);
