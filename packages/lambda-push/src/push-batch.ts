import type { PushReceiver, PushSubscriptions } from "@cruddur/db/push-subscriptions";
import type { PushReads } from "@cruddur/ddb/push-reads";
import type { Membership } from "@cruddur/ddb/types";
import pLimit from "p-limit";
import { groupInserts, type Inserts } from "./inserts.ts";
import type { PushOutcome, SendPush } from "./send-push.ts";
import { tellingOf } from "./tell.ts";

/** One structured log line: ids, counts and names of errors; no text, no name, no address of a push. */
export interface LogEntry {
  level: "info" | "warn" | "error";
  event: string;
  [field: string]: string | number | undefined;
}

export interface PushBatchPorts {
  reads: PushReads;
  subscriptions: Pick<PushSubscriptions, "listReceivers" | "drop">;
  send: SendPush;
  log: (entry: LogEntry) => void;
  /** Clock in ms since the epoch. */
  now?: () => number;
}

/** The index of members doesn't show all of them yet: a later attempt will find them. */
export class StaleIndexError extends Error {
  override readonly name = "StaleIndexError";
}

const GROUPS_AT_ONCE = 8;
const PUSHES_AT_ONCE = 16;

/**
 * Tells the browsers of the members about the new messages of a batch of stream records: each of
 * them once, of the newest message of a conversation. Never throws. When the table or Postgres
 * cannot be read, the response names the first record to send again, and nothing after it was told.
 * A push service that does not answer is not waited for: its pushes are lost (ADR 28).
 */
export function createPushBatch(ports: PushBatchPorts) {
  const { subscriptions, log, now = Date.now } = ports;
  return async ({ Records }: { Records: readonly unknown[] }) => {
    const groups = groupInserts(Records);
    const limit = pLimit(GROUPS_AT_ONCE);
    const reads = await Promise.allSettled(
      groups.map((group) => limit(() => readCandidates(ports, group))),
    );
    let failedFrom: bigint | undefined;
    const fail = (from: bigint, error: unknown) => {
      if (failedFrom === undefined || from < failedFrom) failedFrom = from;
      log({ level: "warn", event: "push_read_failed", error: (error as Error).name });
    };
    const candidates = reads.flatMap((read, index) => {
      const group = groups[index] as Inserts;
      if (read.status === "fulfilled") return [{ group, members: read.value }];
      fail(group.lowest, read.reason);
      return [];
    });
    // What comes again is told then, so that nobody is told twice.
    const ready = candidates.filter(
      ({ group }) => failedFrom === undefined || group.highest < failedFrom,
    );
    let outcomes: PushOutcome[] = [];
    try {
      const uuids = ready.flatMap(({ members }) => members.map(({ user_uuid }) => user_uuid));
      const receivers = await subscriptions.listReceivers([...new Set(uuids)]);
      outcomes = await tellAll(ports, ready, receivers);
    } catch (error) {
      for (const { group } of ready) fail(group.lowest, error);
    }
    const count = (outcome: PushOutcome) => outcomes.filter((each) => each === outcome).length;
    const newest = groups.flatMap(({ messages }) => messages).at(-1);
    log({
      level: count("failed") > 0 || failedFrom !== undefined ? "warn" : "info",
      event: "pushes",
      ...{ records: Records.length, sent: count("sent"), gone: count("gone") },
      failed: count("failed"),
      lag_ms: newest && now() - Date.parse(newest.created_at),
    });
    return {
      batchItemFailures: failedFrom === undefined ? [] : [{ itemIdentifier: String(failedFrom) }],
    };
  };
}

/** The members who may be told of one of the messages, whatever their settings say. */
async function readCandidates(
  { reads, now = Date.now }: PushBatchPorts,
  { message_group_uuid, messages }: Inserts,
): Promise<Membership[]> {
  const options = { mentionsBreakMutes: true, nowMs: now() };
  const user_uuids = await reads.listMemberUuids({ message_group_uuid });
  const members = await reads.getMemberships({ message_group_uuid, user_uuids, consistent: true });
  const counts = (members.length > 0 ? members : messages).map(({ member_count }) => member_count);
  if (members.length < Math.max(...counts)) {
    if (members.length > 0 || !(await reads.hasEnded({ message_group_uuid }))) {
      throw new StaleIndexError(`found ${members.length} of ${Math.max(...counts)} members`);
    }
  }
  return members.filter((member) =>
    messages.some((message) => tellingOf(message, member, options) !== null),
  );
}

async function tellAll(
  { subscriptions, send, log, now = Date.now }: PushBatchPorts,
  ready: readonly { group: Inserts; members: readonly Membership[] }[],
  receivers: readonly PushReceiver[],
): Promise<PushOutcome[]> {
  const limit = pLimit(PUSHES_AT_ONCE);
  const gone = new Set<string>();
  const tell = async (receiver: PushReceiver, group: Inserts, member: Membership) => {
    const { user_uuid, mentions_break_mutes: mentionsBreakMutes } = receiver;
    const options = { mentionsBreakMutes, nowMs: now() };
    const { message_group_uuid, messages } = group;
    const newest = messages.findLast((message) => tellingOf(message, member, options) !== null);
    const kind = newest && tellingOf(newest, member, options);
    if (!kind) return [];
    const payload = { kind, message_group_uuid, message_uuid: newest.uuid, user_uuid };
    const outcome = await limit(() => send(receiver, payload));
    if (outcome === "gone") gone.add(receiver.endpoint);
    return [outcome];
  };
  const outcomes = await Promise.all(
    ready.flatMap(({ group, members }) =>
      members.flatMap((member) =>
        receivers
          .filter(({ user_uuid }) => user_uuid === member.user_uuid)
          .map((receiver) => tell(receiver, group, member)),
      ),
    ),
  );
  for (const endpoint of gone) {
    // The next push to it finds out again.
    await subscriptions.drop(endpoint).catch((error: Error) => {
      log({ level: "warn", event: "subscription_not_dropped", error: error.name });
    });
  }
  return outcomes.flat();
}
