import { setTimeout as sleep } from "node:timers/promises";
import type { LiveEvent } from "@cruddur/contract/live-events";
import { withoutHidden } from "@cruddur/ddb/hidden-messages";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { Membership } from "@cruddur/ddb/types";
import type { LiveNotices } from "@cruddur/live-notices/live-notices";
import { bulkhead } from "cockatiel";
import { canRead } from "../api/can-read.ts";
import { toWireMessages } from "../api/wire-form.ts";
import type { People } from "../people/people.ts";
import type { LiveConnection } from "./connection.ts";
import { parseEventId, toEnvelope } from "./envelope.ts";
import type { RecentChanges } from "./recent-changes.ts";

/** Clocks of servers differ and writes take time: what is this close to the last event is sent again. */
const OVERLAP_MS = 10_000;
const FOLDERS = ["inbox", "pinned", "requests", "archive"] as const;
/** Beyond these limits a `resync`, after which the browser reads its lists again, costs less. */
const MAX_AGE_MS = 15 * 60_000;
const MAX_MESSAGE_GROUPS = 20;
const MAX_MESSAGES = 200;
const MAX_MESSAGES_PER_GROUP = 100;
const MAX_TEXT_CHARS = 256 * 1024;
/** When to look again for messages that the projection hadn't yet brought to the inbox. */
const SECOND_LOOK_MS = 3_000;
/** Catch-ups at the same time. Thousands of browsers that return at once wait for one another. */
const MAX_CONCURRENT = 20;

/** Sends browsers that reconnect what they have missed. */
export function createCatchUp(options: {
  store: MessagesStore;
  people: People;
  recentChanges: RecentChanges;
  notices: Pick<LiveNotices, "attendedSinceMs">;
}) {
  const { store, people, recentChanges, notices } = options;
  const queue = bulkhead(MAX_CONCURRENT, Number.POSITIVE_INFINITY);

  /** The inbox index may be behind. Whether the user is still a member of a group, and after which message they can read, comes from the table. */
  async function readIfGroup(membership: Membership): Promise<Membership | null> {
    return membership.group === null ? membership : store.getMembership(membership);
  }

  /**
   * The messages since a moment, oldest first, and the user's own unread counts. A single `resync`
   * when that would be too much.
   * @param sent uuids of messages that were sent already; the new ones are added
   */
  async function readMissed(
    user_uuid: string,
    sinceMs: number,
    sent: Set<string>,
  ): Promise<LiveEvent[]> {
    const fromMs = sinceMs - OVERLAP_MS;
    if (Date.now() - sinceMs > MAX_AGE_MS) return [{ type: "resync" }];
    const limitEach = MAX_MESSAGE_GROUPS + 1;
    const folders = await Promise.all(
      FOLDERS.map((folder) => store.listInbox({ user_uuid, folder, limit: limitEach })),
    );
    const recent = folders
      .flatMap(({ items }) => items)
      .filter(({ last_message }) => Date.parse(last_message?.created_at ?? "") >= fromMs);
    if (recent.length > MAX_MESSAGE_GROUPS) return [{ type: "resync" }];
    const found = await Promise.all(recent.map(readIfGroup));
    const memberships = found.filter((membership) => membership !== null);

    const limit = MAX_MESSAGES_PER_GROUP;
    const pages = await Promise.all(
      memberships.map(({ message_group_uuid, group }) =>
        store.listMessagesSince({
          ...{ message_group_uuid, joined_after: group?.joined_after ?? null },
          ...{ sinceMs: fromMs, limit },
        }),
      ),
    );
    const shown = await Promise.all(
      memberships.map((membership, index) =>
        withoutHidden(store, membership, pages[index]?.items ?? []),
      ),
    );
    const messages = shown.flat();
    const chars = messages.reduce((sum, { message }) => sum + message.length, 0);
    if (chars > MAX_TEXT_CHARS) return [{ type: "resync" }];
    if (messages.length > MAX_MESSAGES || pages.some(({ previous }) => previous !== null)) {
      return [{ type: "resync" }];
    }
    const missed = messages
      .filter(({ uuid }) => !sent.has(uuid))
      .sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
    for (const { uuid } of missed) sent.add(uuid);
    const presented = await toWireMessages(missed, people);
    return [
      ...presented.map((message): LiveEvent => ({ type: "message", message })),
      ...memberships.flatMap(ownReadEvent),
    ];
  }

  /**
   * Messages that were edited, deleted or hidden since a moment, in conversations that are still the
   * user's, and groups that the user has left.
   * A `resync` when they are too many, or when this server hasn't received the user's notices since.
   */
  async function readChanged(user_uuid: string, sinceMs: number): Promise<LiveEvent[]> {
    const attendedSinceMs = notices.attendedSinceMs(user_uuid) ?? Number.POSITIVE_INFINITY;
    if (sinceMs < attendedSinceMs) return [{ type: "resync" }];
    const changes = recentChanges.since(user_uuid, sinceMs, OVERLAP_MS);
    if (changes === null || changes.length > MAX_MESSAGES) return [{ type: "resync" }];
    const uuids = [...new Set(changes.map(({ message_group_uuid }) => message_group_uuid))];
    if (uuids.length > MAX_MESSAGE_GROUPS) return [{ type: "resync" }];
    const memberships = await Promise.all(
      uuids.map((message_group_uuid) => store.getMembership({ user_uuid, message_group_uuid })),
    );
    const own = new Map(memberships.map((each) => [each?.message_group_uuid, each]));
    const events = await Promise.all(
      changes.map(async (change): Promise<LiveEvent[]> => {
        const { message_group_uuid, message_uuid, reason = null } = change;
        const membership = own.get(message_group_uuid);
        if (!membership) return [{ type: "group_left", message_group_uuid, reason }];
        if (message_uuid === null || !canRead(membership, message_uuid)) return [];
        const message = await store.getMessage({ message_group_uuid, message_uuid });
        if (message === null) return [];
        const shown = await withoutHidden(store, membership, [message]);
        if (shown.length === 0)
          return [{ type: "message_hidden", message_group_uuid, message_uuid }];
        const presented = await toWireMessages(shown, people);
        return presented.map((message) => ({ type: "message_changed", message }));
      }),
    );
    return events.flat();
  }

  /** Looks twice for messages, once for changes. A last event id that no server made gives a `resync`. */
  return async function catchUp(
    connection: LiveConnection,
    lastEventId: string,
    signal: AbortSignal,
  ): Promise<void> {
    const sinceMs = parseEventId(lastEventId, Date.now());
    if (sinceMs === null) return connection.push(toEnvelope({ type: "resync" }));
    const sent = new Set<string>();
    for (const delayMs of [0, SECOND_LOOK_MS]) {
      if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
      if (signal.aborted) return;
      const events = await queue.execute(() => readMissed(connection.user_uuid, sinceMs, sent));
      for (const event of events) connection.push(toEnvelope(event));
      if (events.some(({ type }) => type === "resync")) return;
      if (delayMs > 0) return;
      // What is changed from now on arrives live.
      const changed = await queue.execute(() => readChanged(connection.user_uuid, sinceMs));
      for (const event of changed) connection.push(toEnvelope(event));
    }
  };
}

function ownReadEvent(membership: Membership): LiveEvent[] {
  const { message_group_uuid, user_uuid, read_message_uuid, unread_count } = membership;
  if (read_message_uuid === null) return [];
  return [
    { type: "read", message_group_uuid, user_uuid, message_uuid: read_message_uuid, unread_count },
  ];
}
