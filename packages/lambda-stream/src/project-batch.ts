import { messageUuidMs } from "@cruddur/contract/ids";
import type { Log } from "@cruddur/contract/json-log";
import type { DeadLetters } from "@cruddur/ddb/dead-letters";
import type { StreamProjection } from "@cruddur/ddb/projection";
import pLimit from "p-limit";
import { groupMessages, lowestOf, type MessageGroupBatch } from "./group-messages.ts";
import { type ParsedRecord, parseRecord } from "./parse-record.ts";
import { noTracer, type Tracer, traceIdOf } from "./tracer.ts";
import { updateInboxes } from "./update-inboxes.ts";

export interface ProjectBatchPorts {
  projection: StreamProjection;
  deadLetters: DeadLetters;
  log: Log;
  tracer?: Tracer;
  /** Clock in ms since the epoch. */
  now?: () => number;
}

/** Part of one shard, in order: a `DynamoDBStreamEvent`, or what a poller of the Streams API read. */
export interface StreamBatch {
  Records: readonly unknown[];
}

/** What Lambda's event source expects: every record from this sequence number on is sent again. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

const MESSAGE_GROUPS_AT_ONCE = 8;

/**
 * Projects a batch of stream records: one inbox update for each member of each message group,
 * however many new messages the batch holds, and one more for all its edits and deletes. Never throws. The response names the lowest sequence
 * number that failed, so that no record is skipped. A malformed record can never succeed: it goes
 * to the dead-letter queue, and fails only when the queue can't take it.
 */
export function createProjectBatch(
  ports: ProjectBatchPorts,
): (batch: StreamBatch) => Promise<BatchResponse> {
  const { log, tracer = noTracer, now = Date.now } = ports;
  return async ({ Records }) => {
    const startedMs = now();
    const records = Records.map(parseRecord);
    const messageGroups = groupMessages(records);
    const limit = pLimit(MESSAGE_GROUPS_AT_ONCE);
    const failures = await Promise.all([
      ...records.map((record) => limit(() => sendDeadLetter(ports, record))),
      ...messageGroups.map((batch) => limit(() => projectMessageGroup(ports, batch))),
    ]);
    const lowest = lowestOf(failures.flat());
    log({
      level: lowest === undefined ? "info" : "warn",
      event: "batch",
      records: records.length,
      message_groups: messageGroups.length,
      duration_ms: now() - startedMs,
      failed_from: lowest,
    });
    // Lambda suspends the process as soon as the response is there.
    await tracer.flush();
    return { batchItemFailures: lowest === undefined ? [] : [{ itemIdentifier: lowest }] };
  };
}

/** @returns the sequence numbers to try again */
async function projectMessageGroup(
  { projection, log, tracer = noTracer, now = Date.now }: ProjectBatchPorts,
  batch: MessageGroupBatch,
): Promise<string[]> {
  const { message_group_uuid, inserted, changed, sequenceNumbers } = batch;
  const [oldest] = inserted;
  // A change isn't part of the trace of its message's send, which may be a day old.
  const traces = inserted.flatMap(({ traceparent }) => traceparent ?? []);
  const about = { message_group_uuid, trace_id: traceIdOf(traces[0]) };
  try {
    const attributes = { message_group_uuid, messages: inserted.length };
    const members = await tracer.span("update inboxes", traces, attributes, (span) => {
      const traced: StreamProjection = {
        ...projection,
        updateMembership: (id, newMessages) =>
          tracer.span("update membership", span, { user_uuid: id.user_uuid }, () =>
            projection.updateMembership(id, newMessages),
          ),
      };
      return updateInboxes(traced, batch);
    });
    log({
      level: "info",
      event: "inboxes_updated",
      ...about,
      messages: inserted.length,
      changes: changed.length,
      members,
      lag_ms: oldest === undefined ? undefined : now() - messageUuidMs(oldest.uuid),
    });
    return [];
  } catch (error) {
    log({ level: "warn", event: "inboxes_failed", ...about, ...describeError(error) });
    return sequenceNumbers;
  }
}

/** Sends a malformed record's key to the dead-letter queue. @returns as `projectMessageGroup` */
async function sendDeadLetter(
  { deadLetters, log, now = Date.now }: ProjectBatchPorts,
  record: ParsedRecord,
): Promise<string[]> {
  if (record.kind !== "malformed") return [];
  const { pk, sk, problem, sequenceNumber: sequence_number } = record;
  const at = new Date(now()).toISOString();
  try {
    await deadLetters.send({ reason: "malformed", pk, sk, sequence_number, problem, at });
    log({ level: "error", event: "dead_letter_sent", sequence_number, problem });
    return [];
  } catch (error) {
    log({ level: "error", event: "dead_letter_failed", sequence_number, ...describeError(error) });
    return [sequence_number];
  }
}

/** An error's name and code. Its message is left out, because it can quote an item or a request. */
function describeError(error: unknown): { error: string; code: string | undefined } {
  const { name = typeof error, code } = (error ?? {}) as { name?: string; code?: unknown };
  return { error: name, code: code === undefined ? undefined : String(code) };
}
