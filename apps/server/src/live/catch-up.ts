import type { LiveEvent } from "@cruddur/contract/live-events";
import type { Membership, MessagesStore } from "@cruddur/ddb/types";
import type { People } from "../api/context.ts";
import { presentMessages } from "../api/present.ts";

/** Clocks of servers differ and writes are in flight: what is near the cursor is sent again. */
const OVERLAP_MS = 10_000;
/** Beyond these, reading the lists again is cheaper for both sides. */
const MAX_AGE_MS = 15 * 60_000;
const MAX_GROUPS = 20;
const MAX_MESSAGES = 200;

export interface CatchUpInput {
  user_uuid: string;
  /** Moment of the last event the browser saw, in ms since the epoch. */
  sinceMs: number;
  /** Message uuids that earlier passes sent. */
  sent: Set<string>;
}

/**
 * What a browser missed: its conversations' messages since the cursor, oldest first, and its own
 * unread counts of those. One `resync` when that would be too much.
 */
export async function readMissed(
  { store, people }: { store: MessagesStore; people: People },
  { user_uuid, sinceMs, sent }: CatchUpInput,
): Promise<LiveEvent[]> {
  const fromMs = sinceMs - OVERLAP_MS;
  if (Date.now() - sinceMs > MAX_AGE_MS) return [{ type: "resync" }];
  const page = await store.listInbox({ user_uuid, limit: MAX_GROUPS + 1 });
  const moved = page.items.filter(
    (row) => Date.parse(row.last_message?.created_at ?? "") >= fromMs,
  );
  if (moved.length > MAX_GROUPS) return [{ type: "resync" }];

  const pages = await Promise.all(
    moved.map(({ message_group_uuid }) =>
      store.listMessagesSince({ message_group_uuid, sinceMs: fromMs, limit: 100 }),
    ),
  );
  const messages = pages.flatMap(({ items }) => items);
  if (messages.length > MAX_MESSAGES || pages.some(({ previous }) => previous !== null)) {
    return [{ type: "resync" }];
  }
  const fresh = messages
    .filter(({ uuid }) => !sent.has(uuid))
    .sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
  for (const { uuid } of fresh) sent.add(uuid);
  const shown = await presentMessages(fresh, people);
  return [
    ...shown.map((message): LiveEvent => ({ type: "message", message })),
    ...moved.flatMap((row) => ownReadEvent(row)),
  ];
}

function ownReadEvent(row: Membership): LiveEvent[] {
  if (row.read_message_uuid === null) return [];
  const { message_group_uuid, user_uuid, read_message_uuid, unread_count } = row;
  return [
    { type: "read", message_group_uuid, user_uuid, message_uuid: read_message_uuid, unread_count },
  ];
}
