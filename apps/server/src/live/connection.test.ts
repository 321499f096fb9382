import type { LiveEvent } from "@cruddur/contract/live-events";
import { expect, test } from "vitest";
import { LiveConnection } from "./connection.ts";
import { toEnvelope } from "./envelope.ts";

const typing = (n: number): LiveEvent => ({
  type: "typing",
  message_group_uuid: String(n),
  user_uuid: "u",
});

async function drain(connection: LiveConnection): Promise<LiveEvent[]> {
  connection.end();
  const events: LiveEvent[] = [];
  for await (const [, event] of connection) events.push(event);
  return events;
}

test("a browser that reads too slowly receives one resync in place of the events that overflow", async () => {
  const connection = new LiveConnection("u", "s");
  for (let n = 0; n < 1_000; n += 1) connection.push(toEnvelope(typing(n)));
  const events = await drain(connection);
  expect(events.length).toBeLessThanOrEqual(257);
  expect(events.filter(({ type }) => type === "resync")).toHaveLength(1);
  expect(events.at(-1)).toEqual(typing(999));
});

test("queued events are delivered in order before the connection ends", async () => {
  const connection = new LiveConnection("u", "s");
  for (let n = 0; n < 3; n += 1) connection.push(toEnvelope(typing(n)));
  expect(await drain(connection)).toEqual([typing(0), typing(1), typing(2)]);
});
