import type { LiveEvent } from "@cruddur/contract/live-events";
import { tracked } from "@trpc/server";
import { expect, test } from "vitest";
import { StreamQueue } from "./connection.ts";

const typing = (n: number): LiveEvent => ({
  type: "typing",
  message_group_uuid: String(n),
  user_uuid: "u",
});

async function drain(queue: StreamQueue): Promise<LiveEvent[]> {
  queue.end();
  const events: LiveEvent[] = [];
  for await (const [, event] of queue) events.push(event);
  return events;
}

test("a browser that reads too slowly gets one resync in place of what it can't hold", async () => {
  const queue = new StreamQueue("u", () => tracked("0", { type: "resync" }));
  for (let n = 0; n < 1_000; n += 1) queue.push(tracked(String(n), typing(n)));
  const events = await drain(queue);
  expect(events.length).toBeLessThanOrEqual(257);
  expect(events.filter(({ type }) => type === "resync")).toHaveLength(1);
  expect(events.at(-1)).toEqual(typing(999));
});

test("what is queued goes out before the end, in order", async () => {
  const queue = new StreamQueue("u", () => tracked("0", { type: "resync" }));
  for (let n = 0; n < 3; n += 1) queue.push(tracked(String(n), typing(n)));
  expect(await drain(queue)).toEqual([typing(0), typing(1), typing(2)]);
});
