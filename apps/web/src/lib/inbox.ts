import type { LiveEvent } from "@cruddur/contract/live-events";
import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";

/**
 * What live events say about a conversation beyond what the inbox query has shown so far. The
 * inbox's index lags by seconds, so a fresh read may be older than this; merging at render keeps
 * such a read from moving a conversation back. Message uuids order messages, so "newer" needs
 * no clocks.
 */
export interface MessageGroupOverlay {
  /** The row itself, for conversations that no page has shown yet. */
  row: MessageGroup | null;
  newest: Message | null;
  /** Uuids of others' messages seen live, oldest first, bounded. */
  received: readonly string[];
  /** The newest read marker seen live, with the count that was left then. */
  read: { message_uuid: string; unread_count: number } | null;
}

export type InboxOverlay = ReadonlyMap<string, MessageGroupOverlay>;

const EMPTY: MessageGroupOverlay = { row: null, newest: null, received: [], read: null };
/** Beyond this a badge says "99+" anyway, and the next read of the list has the exact count. */
const RECEIVED_MAX = 200;

/** Takes a message, whoever wrote it; the same one again changes nothing. */
export function overlayMessage(
  overlay: InboxOverlay,
  message: Message,
  ownUserUuid: string,
): InboxOverlay {
  const entry = overlay.get(message.message_group_uuid) ?? EMPTY;
  const isNewest = entry.newest === null || message.uuid > entry.newest.uuid;
  const isReceived = message.user_uuid !== ownUserUuid && !entry.received.includes(message.uuid);
  if (!isNewest && !isReceived) return overlay;
  return withEntry(overlay, message.message_group_uuid, {
    ...entry,
    newest: isNewest ? message : entry.newest,
    received: isReceived
      ? [...entry.received, message.uuid].sort().slice(-RECEIVED_MAX)
      : entry.received,
  });
}

/** Takes the person's own read marker, from this tab or another device. It only moves forward. */
export function overlayRead(
  overlay: InboxOverlay,
  event: Pick<Extract<LiveEvent, { type: "read" }>, "message_group_uuid" | "message_uuid"> & {
    unread_count: number;
  },
): InboxOverlay {
  const entry = overlay.get(event.message_group_uuid) ?? EMPTY;
  if (entry.read !== null && entry.read.message_uuid > event.message_uuid) return overlay;
  const { message_uuid, unread_count } = event;
  return withEntry(overlay, event.message_group_uuid, {
    ...entry,
    read: { message_uuid, unread_count },
  });
}

/** Takes a row read by its key, for a conversation that isn't in the loaded pages. */
export function overlayMessageGroup(overlay: InboxOverlay, row: MessageGroup): InboxOverlay {
  const entry = overlay.get(row.uuid) ?? EMPTY;
  return withEntry(overlay, row.uuid, { ...entry, row: newerRow(row, entry.row) });
}

/**
 * The inbox as it is shown: each conversation once, newest first.
 * @param rows of all loaded pages, in any order and with repeats
 */
export function mergeInbox(rows: readonly MessageGroup[], overlay: InboxOverlay): MessageGroup[] {
  const byUuid = new Map<string, MessageGroup>();
  for (const row of rows) byUuid.set(row.uuid, newerRow(row, byUuid.get(row.uuid) ?? null));
  for (const [uuid, { row }] of overlay) {
    if (row !== null) byUuid.set(uuid, newerRow(row, byUuid.get(uuid) ?? null));
  }
  return [...byUuid.values()]
    .map((row) => mergeRow(row, overlay.get(row.uuid) ?? EMPTY))
    .sort((a, b) => (a.last_message_uuid < b.last_message_uuid ? 1 : -1));
}

function mergeRow(
  row: MessageGroup,
  { newest, received, read }: MessageGroupOverlay,
): MessageGroup {
  const moved =
    newest !== null && newest.uuid > row.last_message_uuid
      ? {
          message: newest.message,
          created_at: newest.created_at,
          last_message_uuid: newest.uuid,
          last_message_user_uuid: newest.user_uuid,
        }
      : {};
  return { ...row, ...moved, ...mergeUnread(row, received, read) };
}

function mergeUnread(
  row: MessageGroup,
  received: readonly string[],
  read: MessageGroupOverlay["read"],
): Pick<MessageGroup, "unread_count" | "read_message_uuid"> {
  const rowMarker = row.read_message_uuid ?? "";
  if (read === null || rowMarker >= read.message_uuid) {
    // The row counts up to its newest message; what came after is added.
    const later = received.filter(
      (uuid) => uuid > row.last_message_uuid && uuid > rowMarker,
    ).length;
    return { unread_count: row.unread_count + later, read_message_uuid: row.read_message_uuid };
  }
  const later = received.filter((uuid) => uuid > read.message_uuid).length;
  // The event's count and the live messages may overlap; the larger holds both until the next read.
  return {
    unread_count: Math.max(read.unread_count, later),
    read_message_uuid: read.message_uuid,
  };
}

/** One page of `messageGroups.list`. */
interface GroupPage {
  items: readonly MessageGroup[];
}

/**
 * What of two reads of the inbox to keep: the later one, but no row from before what the earlier
 * one showed, since two reads of the index may come from copies that lag differently.
 */
export function keepNewerMessageGroups<Data extends { pages: readonly GroupPage[] }>(
  before: Data | undefined,
  after: Data,
): Data {
  if (before === undefined) return after;
  const known = new Map(before.pages.flatMap(({ items }) => items).map((row) => [row.uuid, row]));
  return {
    ...after,
    pages: after.pages.map((page) => ({
      ...page,
      items: page.items.map((row) => newerRow(row, known.get(row.uuid) ?? null)),
    })),
  };
}

/** Of two copies of one row: the one that has seen more. */
function newerRow(a: MessageGroup, b: MessageGroup | null): MessageGroup {
  if (b === null) return a;
  if (a.last_message_uuid !== b.last_message_uuid) {
    return a.last_message_uuid > b.last_message_uuid ? a : b;
  }
  return (a.read_message_uuid ?? "") >= (b.read_message_uuid ?? "") ? a : b;
}

function withEntry(overlay: InboxOverlay, uuid: string, entry: MessageGroupOverlay): InboxOverlay {
  return new Map(overlay).set(uuid, entry);
}
