import { expect, test } from "vitest";
import { killUnderLoad } from "../src/kill-stack.ts";

test("killing the server, the stream worker, the engine and Postgres loses and doubles nothing", async () => {
  const figures = await killUnderLoad({ durationMs: 0, pauseMs: 100, seed: 20_261_121 });
  console.info(JSON.stringify(figures));
  expect(figures.acknowledged).toBeGreaterThan(20);
  expect(figures).toMatchObject({ missing: 0, doubled: 0, inboxRowsWrong: 0, unreadWrong: 0 });
}, 150_000);
