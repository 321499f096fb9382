import { createMessageUuidFactory, messageCreatedAt } from "@cruddur/contract/ids";
import type { LogEntry } from "@cruddur/contract/json-log";
import type { Item } from "@cruddur/ddb/attributes";
import { toMessageItem } from "@cruddur/ddb/message-item";
import type { StreamProjection } from "@cruddur/ddb/projection";
import { expect, test } from "vitest";
import { createProjectBatch, type ProjectBatchPorts } from "./project-batch.ts";

const SENT_MS = 1_700_000_000_000;
const GROUP = "a1b2c3d4-0000-4000-8000-00000000000b";
const trace = (id: string) => `00-${id.repeat(32)}-${id.repeat(16)}-01`;
const mint = createMessageUuidFactory(() => SENT_MS);

function recordOf(SequenceNumber: string, traceparent?: string, change?: "delete") {
  const uuid = mint();
  const item: Item = toMessageItem({
    ...{ uuid, message_group_uuid: GROUP, client_id: "a1b2c3d4-0000-4000-8000-00000000000a" },
    ...{ user_uuid: "ann", handle: "ann", display_name: "Ann", message: "secret" },
    ...{ created_at: messageCreatedAt(uuid), member_count: 1 },
    ...(traceparent && { traceparent }),
    ...(change && { change, deleted_at: "2026-01-01T00:00:00.000Z", revision: 1 }),
  });
  const { pk, sk } = item;
  return {
    eventName: change ? "MODIFY" : "INSERT",
    dynamodb: { SequenceNumber, Keys: { pk, sk }, NewImage: item },
  };
}

const malformed = { eventName: "INSERT", dynamodb: { SequenceNumber: "5" } };

/** A batch function, with what it logs and traces. Its clock moves by 10 ms with each look. */
function create(changes: Partial<StreamProjection> = {}, ports: Partial<ProjectBatchPorts> = {}) {
  const logs: LogEntry[] = [];
  const spans: unknown[] = [];
  let nowMs = SENT_MS + 1_000;
  const projection = {
    listMemberUuids: async () => ["ann"],
    updateMembership: async () => 1,
    reviseMembership: async () => 1,
    ...changes,
  } as unknown as StreamProjection;
  const run = createProjectBatch({
    projection,
    deadLetters: { send: async () => {} },
    log: (entry) => logs.push(entry),
    tracer: {
      span(name, parents, attributes, work) {
        spans.push({ name, parents, attributes });
        return work([`inside ${name}`]);
      },
      flush: async () => void spans.push("flush"),
    },
    now: () => {
      nowMs += 10;
      return nowMs;
    },
    ...ports,
  });
  return { logs, spans, run };
}

test("a batch logs what it did and how far behind the stream is", async () => {
  const { logs, run } = create();
  const Records = [recordOf("3"), recordOf("4", trace("a")), recordOf("5", undefined, "delete")];
  expect(await run({ Records })).toEqual({ batchItemFailures: [] });
  expect(logs).toEqual([
    {
      ...{ level: "info", event: "inboxes_updated", message_group_uuid: GROUP, members: 1 },
      ...{ trace_id: "a".repeat(32), messages: 2, changes: 1, lag_ms: 1_020 },
    },
    {
      ...{ level: "info", event: "batch", records: 3, message_groups: 1, duration_ms: 20 },
      failed_from: undefined,
    },
  ]);
});

test("changes alone are behind by no time that anybody could say", async () => {
  const { logs, run } = create();
  await run({ Records: [recordOf("5", trace("a"), "delete")] });
  expect(logs[0]).toMatchObject({
    messages: 0,
    changes: 1,
    lag_ms: undefined,
    trace_id: undefined,
  });
});

test("the traces of the sends go on in each inbox update, and are exported with the batch", async () => {
  const { spans, run } = create();
  await run({ Records: [recordOf("3", trace("a")), recordOf("4"), recordOf("5", trace("b"))] });
  expect(spans).toEqual([
    {
      ...{ name: "update inboxes", parents: [trace("a"), trace("b")] },
      attributes: { message_group_uuid: GROUP, messages: 3 },
    },
    {
      ...{ name: "update membership", parents: ["inside update inboxes"] },
      attributes: { user_uuid: "ann" },
    },
    "flush",
  ]);
});

test("a failure is logged with its name, its code where it has one, and where to try again", async () => {
  for (const [code, logged] of [
    [undefined, undefined],
    [503, "503"],
  ]) {
    const error = Object.assign(new TypeError("secret"), code && { code });
    const { logs, run } = create({ updateMembership: () => Promise.reject(error) });
    expect(await run({ Records: [recordOf("10"), recordOf("9")] })).toEqual({
      batchItemFailures: [{ itemIdentifier: "9" }],
    });
    expect(logs).toEqual([
      {
        ...{ level: "warn", event: "inboxes_failed", message_group_uuid: GROUP },
        ...{ trace_id: undefined, error: "TypeError", code: logged },
      },
      expect.objectContaining({ level: "warn", event: "batch", failed_from: "9" }),
    ]);
  }
});

test("a dead letter is logged, sent or not", async () => {
  const problem = "missing or of the wrong type: dynamodb.Keys";
  const sent = create();
  await sent.run({ Records: [malformed] });
  expect(sent.logs[0]).toEqual({
    ...{ level: "error", event: "dead_letter_sent", sequence_number: "5", problem },
  });
  const refused = create({}, { deadLetters: { send: () => Promise.reject("down") } });
  expect(await refused.run({ Records: [malformed] })).toEqual({
    batchItemFailures: [{ itemIdentifier: "5" }],
  });
  expect(refused.logs[0]).toEqual({
    ...{ level: "error", event: "dead_letter_failed", sequence_number: "5" },
    ...{ error: "string", code: undefined },
  });
});
