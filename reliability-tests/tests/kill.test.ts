import { expect, test } from "vitest";
import { killUnderLoad } from "../src/kill/kill-under-load.ts";

test("killing the server, stream worker, DynamoDB engine and Postgres loses and duplicates no message", async () => {
  const figures = await killUnderLoad({ durationMs: 0, pauseMs: 100, seed: 20_261_121 });
  console.info(JSON.stringify(figures));
  expect(figures.acknowledgedMessages).toBeGreaterThan(20);
  expect(figures).toMatchObject({
    missingMessages: 0,
    duplicateMessages: 0,
    wrongMessages: 0,
    wrongInboxEntries: 0,
    wrongUnreadCounts: 0,
  });
}, 150_000);
