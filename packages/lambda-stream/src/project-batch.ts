import { messageUuidMs } from "@cruddur/contract/ids";
import type { DeadLetters } from "@cruddur/ddb/dead-letters";
import type { StreamProjection } from "@cruddur/ddb/projection";
import type { StoredMessage } from "@cruddur/ddb/types";
import pLimit from "p-limit";
import { fanOut } from "./fan-out.ts";
import type { Log } from "./log.ts";
import { type ParsedRecord, parseRecord } from "./parse-record.ts";
import { noTracer, type Tracer, traceIdOf } from "./tracer.ts";

export interface ProjectBatchPorts {
  projection: StreamProjection;
  deadLetters: DeadLetters;
  log: Log;
  tracer?: Tracer;
  /** Clock in ms since the epoch. */
  now?: () => number;
}

/** Part of one shard, in order: `DynamoDBStreamEvent`, or what a poller of the Streams API read. */
export interface StreamBatch {
  Records: readonly unknown[];
}

/** The stream's contract: everything from this sequence number on is delivered again. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** Groups projected at once. */
const GROUPS_AT_ONCE = 8;

/**
 * Pattern E for a whole batch: one fan-out per group however many messages it got, groups in
 * parallel. Never throws; names the lowest sequence number that failed, so nothing is skipped.
 * A record that could never succeed goes to the dead letters and fails only if they can't take it.
 */
export function createProjectBatch(
  ports: ProjectBatchPorts,
): (batch: StreamBatch) => Promise<BatchResponse> {
  const { log, tracer = noTracer, now = Date.now } = ports;
  return async ({ Records }) => {
    const startedMs = now();
    const records = Records.map(parseRecord);
    const groups = groupMessages(records);
    const limit = pLimit(GROUPS_AT_ONCE);
    const failures = await Promise.all([
      ...records.map((record) => limit(() => buryMalformed(ports, record))),
      ...groups.map((group) => limit(() => projectGroup(ports, group))),
    ]);
    const lowest = lowestOf(failures.flat());
    log({
      level: lowest === undefined ? "info" : "warn",
      event: "batch",
      records: records.length,
      groups: groups.length,
      duration_ms: now() - startedMs,
      failed_from: lowest,
    });
    // Before answering: Lambda freezes the process then.
    await tracer.flush();
    return { batchItemFailures: lowest === undefined ? [] : [{ itemIdentifier: lowest }] };
  };
}

interface GroupBatch {
  /** In history order, each once, though a batch may repeat a record or hold a late one. */
  messages: [StoredMessage, ...StoredMessage[]];
  /** The first of the group's records: all of them are tried again together. */
  sequenceNumber: string;
}

function groupMessages(records: readonly ParsedRecord[]): GroupBatch[] {
  interface Collected {
    sequenceNumbers: string[];
    messages: Map<string, StoredMessage>;
  }
  const groups = new Map<string, Collected>();
  for (const record of records) {
    if (record.kind !== "message") continue;
    const { message, sequenceNumber } = record;
    const group: Collected = groups.get(message.message_group_uuid) ?? {
      sequenceNumbers: [],
      messages: new Map(),
    };
    group.sequenceNumbers.push(sequenceNumber);
    group.messages.set(message.uuid, message);
    groups.set(message.message_group_uuid, group);
  }
  return [...groups.values()].flatMap(({ sequenceNumbers, messages }) => {
    const [oldest, ...newer] = [...messages.values()].sort(byMessageUuid);
    const sequenceNumber = lowestOf(sequenceNumbers);
    if (oldest === undefined || sequenceNumber === undefined) return [];
    return [{ messages: [oldest, ...newer], sequenceNumber }];
  });
}

async function projectGroup(
  { projection, log, tracer = noTracer, now = Date.now }: ProjectBatchPorts,
  { messages, sequenceNumber }: GroupBatch,
): Promise<string[]> {
  const { message_group_uuid, uuid } = messages[0];
  const traces = messages.flatMap(({ traceparent }) => traceparent ?? []);
  const about = { message_group_uuid, trace_id: traceIdOf(traces[0]) };
  try {
    const attributes = { message_group_uuid, messages: messages.length };
    const rows = await tracer.span("move group", traces, attributes, (span) => {
      const traced: StreamProjection = {
        ...projection,
        updateMembership: (row, moved) =>
          tracer.span("move row", span, { user_uuid: row.user_uuid }, () =>
            projection.updateMembership(row, moved),
          ),
      };
      return fanOut(traced, messages);
    });
    log({
      level: "info",
      event: "group_moved",
      ...about,
      messages: messages.length,
      rows,
      lag_ms: now() - messageUuidMs(uuid),
    });
    return [];
  } catch (error) {
    const { name, message } = error as Error;
    log({ level: "warn", event: "group_failed", ...about, error: `${name}: ${message}` });
    return [sequenceNumber];
  }
}

async function buryMalformed(
  { deadLetters, log, now = Date.now }: ProjectBatchPorts,
  record: ParsedRecord,
): Promise<string[]> {
  if (record.kind !== "malformed") return [];
  const { pk, sk, problem, sequenceNumber } = record;
  try {
    await deadLetters.send({
      reason: "malformed",
      pk,
      sk,
      sequence_number: sequenceNumber,
      problem,
      at: new Date(now()).toISOString(),
    });
    log({ level: "error", event: "record_buried", sequence_number: sequenceNumber, problem });
    return [];
  } catch (error) {
    const { name } = error as Error;
    log({
      level: "error",
      event: "dead_letter_failed",
      sequence_number: sequenceNumber,
      error: name,
    });
    return [sequenceNumber];
  }
}

function byMessageUuid(a: StoredMessage, b: StoredMessage): number {
  return a.uuid < b.uuid ? -1 : 1;
}

/** Sequence numbers are integers of any length: compared as such, not as strings. */
function lowestOf(sequenceNumbers: readonly string[]): string | undefined {
  return sequenceNumbers.reduce<string | undefined>(
    (lowest, next) => (lowest === undefined || BigInt(next) < BigInt(lowest) ? next : lowest),
    undefined,
  );
}
