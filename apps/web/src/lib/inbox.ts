import { GROUP_TITLE_MAX_MEMBERS } from "@cruddur/contract/limits";
import type { LiveEvent } from "@cruddur/contract/live-events";
import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";
import { isMuted } from "./filing.ts";

/**
 * What live events say about a conversation beyond what the inbox query has shown. The index of the
 * inbox lags by seconds, so a new read may be older than these events. They are merged when the
 * inbox is rendered, so that such a read moves no conversation back. Message uuids order messages,
 * so no clock decides what is newer.
 */
export interface MessageGroupOverlay {
  /** The message group itself, when it moves or when no page has shown it. */
  messageGroup: MessageGroup | null;
  newest: Message | null;
  /** The newest message has changed since it arrived, so that its preview has changed as well. */
  isNewestChanged: boolean;
  /** Uuids of other people's messages that arrived live, the oldest first, at most `RECEIVED_MAX`. */
  received: readonly string[];
  /** Those of them that mention the person. */
  mentions: readonly string[];
  /** The newest read marker that arrived live, and the number of unread messages after it. */
  read: { message_uuid: string; unread_count: number } | null;
  /** The person is no longer a member. A read of the list may show the conversation for seconds. */
  hasLeft: boolean;
  /** The person has read the conversation since it was last known to be marked as unread. */
  isMarkCleared: boolean;
}

export type InboxOverlay = ReadonlyMap<string, MessageGroupOverlay>;

const EMPTY: MessageGroupOverlay = {
  messageGroup: null,
  newest: null,
  isNewestChanged: false,
  received: [],
  mentions: [],
  read: null,
  hasLeft: false,
  isMarkCleared: false,
};
/** A badge shows "99+" above ninety-nine, and the next read of the list has the exact count. */
const RECEIVED_MAX = 200;

/** Takes a message, new or changed, written by anybody. The same message again changes nothing. */
export function overlayMessage(
  overlay: InboxOverlay,
  message: Message,
  ownUserUuid: string,
): InboxOverlay {
  const entry = overlay.get(message.message_group_uuid) ?? EMPTY;
  const { newest, received, mentions } = entry;
  const isNewest = newest === null || message.uuid > newest.uuid;
  const isChanged = newest?.uuid === message.uuid && newest.message !== message.message;
  const isCounted = message.kind === "text" && message.user_uuid !== ownUserUuid;
  const isReceived = isCounted && !received.includes(message.uuid);
  if (!isNewest && !isChanged && !isReceived) return overlay;
  return withEntry(overlay, message.message_group_uuid, {
    ...entry,
    newest: isNewest || isChanged ? message : newest,
    isNewestChanged: isChanged || (entry.isNewestChanged && !isNewest),
    received: isReceived ? withUuid(received, message.uuid) : received,
    mentions:
      isReceived && message.mentions.includes(ownUserUuid)
        ? withUuid(mentions, message.uuid)
        : mentions,
  });
}

const withUuid = (uuids: readonly string[], uuid: string) =>
  [...uuids, uuid].sort().slice(-RECEIVED_MAX);

/** Takes the new state of a message that was edited or deleted. A deleted message is not unread. */
export function overlayChange(overlay: InboxOverlay, message: Message): InboxOverlay {
  const entry = overlay.get(message.message_group_uuid) ?? EMPTY;
  const isNewest = entry.newest === null || message.uuid >= entry.newest.uuid;
  const isCounted = message.deleted_at !== null && entry.received.includes(message.uuid);
  if (!isNewest && !isCounted) return overlay;
  return withEntry(overlay, message.message_group_uuid, {
    ...entry,
    newest: isNewest ? message : entry.newest,
    isNewestChanged: isNewest || entry.isNewestChanged,
    received: isCounted ? entry.received.filter((uuid) => uuid !== message.uuid) : entry.received,
    mentions: isCounted ? entry.mentions.filter((uuid) => uuid !== message.uuid) : entry.mentions,
  });
}

/** Takes a message that the person has hidden: its text leaves the preview. */
export function overlayHidden(
  overlay: InboxOverlay,
  { message_group_uuid, message_uuid }: { message_group_uuid: string; message_uuid: string },
): InboxOverlay {
  const newest = overlay.get(message_group_uuid)?.newest;
  if (newest?.uuid !== message_uuid) return overlay;
  return overlayChange(overlay, { ...newest, message: "", deleted_at: newest.created_at });
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
    isMarkCleared: true,
  });
}

/** Takes a message group that was read by its key, or copied from a page of the inbox. */
export function overlayMessageGroup(
  overlay: InboxOverlay,
  messageGroup: MessageGroup,
): InboxOverlay {
  const entry = overlay.get(messageGroup.uuid) ?? EMPTY;
  return withEntry(overlay, messageGroup.uuid, {
    ...entry,
    messageGroup: newerOf(messageGroup, entry.messageGroup),
    hasLeft: false,
  });
}

/** Takes away a conversation of which the person is no longer a member, until it is read again. */
export function overlayLeft(overlay: InboxOverlay, message_group_uuid: string): InboxOverlay {
  return withEntry(overlay, message_group_uuid, { ...EMPTY, hasLeft: true });
}

/** Takes the person's own view of a conversation, which is newer than any page. */
export function overlayOwnView(overlay: InboxOverlay, messageGroup: MessageGroup): InboxOverlay {
  const entry = overlay.get(messageGroup.uuid) ?? EMPTY;
  const newest = newerOf(messageGroup, entry.messageGroup);
  const { folder, pinned, muted_until, marked_unread, blocked, request } = messageGroup;
  const own = { folder, pinned, muted_until, marked_unread, blocked, request };
  return withEntry(overlay, messageGroup.uuid, {
    ...entry,
    messageGroup: { ...newest, ...own },
    isMarkCleared: false,
  });
}

/**
 * The inbox as it is shown: each conversation once, pinned ones first, then the newest.
 * @param listed the message groups of all loaded pages, in any order; one may be listed twice
 */
export function mergeInbox(listed: readonly MessageGroup[], overlay: InboxOverlay): MessageGroup[] {
  const byUuid = new Map<string, MessageGroup>();
  const add = (messageGroup: MessageGroup) =>
    byUuid.set(messageGroup.uuid, newerOf(messageGroup, byUuid.get(messageGroup.uuid) ?? null));
  listed.forEach(add);
  for (const { messageGroup } of overlay.values()) if (messageGroup !== null) add(messageGroup);
  return (
    [...byUuid.values()]
      .filter(({ uuid }) => overlay.get(uuid)?.hasLeft !== true)
      // The same object where nothing is merged, so that its row is not rendered again.
      .map((messageGroup) => {
        const entry = overlay.get(messageGroup.uuid);
        return entry === undefined ? messageGroup : mergeOverlay(messageGroup, entry);
      })
      .sort(
        (a, b) =>
          Number(b.pinned) - Number(a.pinned) ||
          (a.last_message_uuid < b.last_message_uuid ? 1 : -1),
      )
  );
}

function mergeOverlay(messageGroup: MessageGroup, overlay: MessageGroupOverlay): MessageGroup {
  const { newest, isNewestChanged } = overlay;
  const { last_message_uuid } = messageGroup;
  // A preview that is empty once stays empty: the message was deleted, or hidden and then edited.
  const isRevised =
    isNewestChanged && !(messageGroup.message_deleted && newest?.deleted_at === null);
  const isShown =
    newest !== null &&
    (newest.uuid > last_message_uuid || (isRevised && newest.uuid === last_message_uuid));
  const preview = isShown
    ? {
        message: newest.message,
        message_deleted: newest.deleted_at !== null,
        message_kind: newest.kind,
        message_subjects: newest.subjects.slice(0, GROUP_TITLE_MAX_MEMBERS),
        message_subject_count: newest.subjects.length,
        created_at: newest.created_at,
        last_message_uuid: newest.uuid,
        last_message_user_uuid: newest.user_uuid,
        last_message_display_name: newest.display_name,
      }
    : {};
  // As the server does: a new message brings an archived conversation back, unless it is muted.
  const isBack =
    messageGroup.folder === "archive" &&
    newest !== null &&
    newest.uuid > last_message_uuid &&
    !isMuted(messageGroup, Date.parse(newest.created_at));
  return {
    ...messageGroup,
    ...preview,
    ...mergeUnread(messageGroup, overlay),
    ...(isBack && { folder: "inbox" }),
    ...(overlay.isMarkCleared && { marked_unread: false }),
  };
}

function mergeUnread(
  messageGroup: MessageGroup,
  { received, mentions, read }: MessageGroupOverlay,
): Pick<MessageGroup, "unread_count" | "read_message_uuid" | "mentioned"> {
  const { last_message_uuid, read_message_uuid, unread_count } = messageGroup;
  const marker = read_message_uuid ?? "";
  if (read === null || marker >= read.message_uuid) {
    // The message group counts up to its newest message. What arrived later is added.
    const later = received.filter((uuid) => uuid > last_message_uuid && uuid > marker).length;
    const mentioned = messageGroup.mentioned || mentions.some((uuid) => uuid > marker);
    return { unread_count: unread_count + later, read_message_uuid, mentioned };
  }
  const later = received.filter((uuid) => uuid > read.message_uuid).length;
  // The event's count may include some of the live messages. The larger number is shown until the
  // next read of the list.
  const shown = Math.max(read.unread_count, later);
  return {
    unread_count: shown,
    read_message_uuid: read.message_uuid,
    mentioned:
      mentions.some((uuid) => uuid > read.message_uuid) || (messageGroup.mentioned && shown > 0),
  };
}

/** A list of conversations as it is kept: its first page and the pages that were read after it. */
export interface MessageGroupList {
  items: MessageGroup[];
  /** Continues after the last of them; null at the end of the list. */
  next_cursor: string | null;
  /** Changes were missed, so the next read of the first page replaces all pages. */
  isOutdated?: true;
}

/**
 * Takes a new read of a list's first page, or the whole list with a page added. Two reads of the
 * index may come from replicas that lag differently, so the newer copy of each conversation is kept.
 * The pages below the first one are kept as well: what changes there arrives as a live event.
 */
export function keepLoaded(
  before: MessageGroupList | undefined,
  after: MessageGroupList,
): MessageGroupList {
  if (before === undefined) return after;
  const known = new Map(before.items.map((messageGroup) => [messageGroup.uuid, messageGroup]));
  const items = after.items.map((item) => newerOf(item, known.get(item.uuid) ?? null));
  const list = { ...after, items };
  const last = after.items.at(-1);
  if (before.isOutdated || after.next_cursor === null || last === undefined) return list;

  const read = new Set(after.items.map(({ uuid }) => uuid));
  const unpinned = before.items.filter(({ pinned }) => !pinned);
  // Without a conversation that both reads could have, some between them may be in neither.
  const isConnected = unpinned.some((item) => item.last_message_uuid >= last.last_message_uuid);
  const below = unpinned.filter(
    (item) => !read.has(item.uuid) && item.last_message_uuid < last.last_message_uuid,
  );
  if (!isConnected || below.length === 0) return list;
  return { ...list, items: [...items, ...below], next_cursor: before.next_cursor };
}

/** The newer one of two copies of a message group. */
function newerOf(a: MessageGroup, b: MessageGroup | null): MessageGroup {
  if (b === null) return a;
  if (a.last_message_uuid !== b.last_message_uuid) {
    return a.last_message_uuid > b.last_message_uuid ? a : b;
  }
  return (a.read_message_uuid ?? "") >= (b.read_message_uuid ?? "") ? a : b;
}

function withEntry(overlay: InboxOverlay, uuid: string, entry: MessageGroupOverlay): InboxOverlay {
  return new Map(overlay).set(uuid, entry);
}
