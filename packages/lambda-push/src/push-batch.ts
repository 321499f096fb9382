import type { Log } from "@cruddur/contract/json-log";
import type { PushPayload } from "@cruddur/contract/push";
import type { PushReceiver, PushSubscriptions } from "@cruddur/db/push-subscriptions";
import type { PushReads } from "@cruddur/ddb/push-reads";
import type { Membership } from "@cruddur/ddb/types";
import pLimit from "p-limit";
import { chooseNotification } from "./choose-notification.ts";
import { groupNewMessages, type NewMessages } from "./group-new-messages.ts";
import type { PushOutcome, SendPush } from "./send-push.ts";

export interface PushBatchPorts {
  reads: PushReads;
  subscriptions: Pick<PushSubscriptions, "listReceivers" | "drop">;
  send: SendPush;
  /** Receives no address of a push either, because it leads to a browser. */
  log: Log;
  /** Clock in ms since the epoch. */
  now?: () => number;
  /** After this time the pushes of a batch that have not begun are lost. */
  pushBudgetMs?: number;
}

/** The index does not show all members of a message group yet. A later attempt finds them. */
export class StaleIndexError extends Error {
  override readonly name = "StaleIndexError";
}

const GROUPS_AT_ONCE = 8;
const PUSHES_AT_ONCE = 16;
/**
 * Less than the function's time limit. A batch that reached the limit would come again, with the same
 * slow subscriptions, and hold up the pushes of everybody in its shard.
 */
const PUSH_BUDGET_MS = 30_000;

/**
 * Sends pushes about the new messages of a batch of stream records. Each browser of a member receives
 * one push for each conversation, about the newest message that notifies the member. Never throws. When
 * the table or Postgres cannot be read, the response names the first record that Lambda must send
 * again, and no push was sent for that record or a later one. A push that a push service does not take
 * is lost (ADR 28).
 */
export function createPushBatch(ports: PushBatchPorts) {
  const { subscriptions, log, now = Date.now } = ports;
  return async ({ Records }: { Records: readonly unknown[] }) => {
    const groups = groupNewMessages(Records);
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
      const group = groups[index] as NewMessages;
      if (read.status === "fulfilled") return [{ group, members: read.value }];
      fail(group.lowest, read.reason);
      return [];
    });
    // Records that Lambda sends again make their pushes then, so that no push is sent twice.
    const ready = candidates.filter(
      ({ group }) => failedFrom === undefined || group.highest < failedFrom,
    );
    let outcomes: PushOutcome[] = [];
    try {
      const uuids = ready.flatMap(({ members }) => members.map(({ user_uuid }) => user_uuid));
      const receivers = await subscriptions.listReceivers([...new Set(uuids)]);
      outcomes = await sendPushes(ports, ready, receivers);
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

/** The members whom one of the messages may notify, whatever their settings say. */
async function readCandidates(
  { reads, now = Date.now }: PushBatchPorts,
  { message_group_uuid, messages }: NewMessages,
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
    messages.some((message) => chooseNotification(message, member, options) !== null),
  );
}

async function sendPushes(
  { subscriptions, send, log, now = Date.now, pushBudgetMs = PUSH_BUDGET_MS }: PushBatchPorts,
  ready: readonly { group: NewMessages; members: readonly Membership[] }[],
  receivers: readonly PushReceiver[],
): Promise<PushOutcome[]> {
  const limit = pLimit(PUSHES_AT_ONCE);
  const endsAt = performance.now() + pushBudgetMs;
  const sendInTime = (receiver: PushReceiver, payload: PushPayload) =>
    performance.now() < endsAt ? send(receiver, payload) : "failed";
  const gone = new Set<string>();
  const notify = async (receiver: PushReceiver, group: NewMessages, member: Membership) => {
    const { user_uuid, mentions_break_mutes: mentionsBreakMutes } = receiver;
    const options = { mentionsBreakMutes, nowMs: now() };
    const { message_group_uuid, messages } = group;
    const newest = messages.findLast(
      (message) => chooseNotification(message, member, options) !== null,
    );
    const kind = newest && chooseNotification(newest, member, options);
    if (!kind) return [];
    const payload = { kind, message_group_uuid, message_uuid: newest.uuid, user_uuid };
    const outcome = await limit(() => sendInTime(receiver, payload));
    if (outcome === "gone") gone.add(receiver.endpoint);
    return [outcome];
  };
  const outcomes = await Promise.all(
    ready.flatMap(({ group, members }) =>
      members.flatMap((member) =>
        receivers
          .filter(({ user_uuid }) => user_uuid === member.user_uuid)
          .map((receiver) => notify(receiver, group, member)),
      ),
    ),
  );
  for (const endpoint of gone) {
    // If this fails, the next push to the endpoint drops the subscription.
    await subscriptions.drop(endpoint).catch((error: Error) => {
      log({ level: "warn", event: "subscription_not_dropped", error: error.name });
    });
  }
  return outcomes.flat();
}
