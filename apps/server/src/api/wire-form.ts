import { REQUEST_MAX_MESSAGES } from "@cruddur/contract/limits";
import { type MessageGroup, PAIR, type UNFILED } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";
import type { UserShort } from "@cruddur/contract/users";
import { parseReaction } from "@cruddur/ddb/reactions";
import type { Membership, Page, StoredMessage } from "@cruddur/ddb/types";
import type { People } from "../people/people.ts";
import type { CursorScope, Cursors } from "./cursors.ts";

type Profiles = ReadonlyMap<string, UserShort>;

/** Uuids of the people whose names the wire form of a membership shows. */
export function peopleOfMessageGroup(membership: Membership): string[] {
  const { other, group, last_message, requested_by } = membership;
  return [
    ...(requested_by === null ? [] : [requested_by]),
    ...(other === null ? [] : [other.user_uuid]),
    ...(group?.some_members ?? []),
    ...(last_message === null ? [] : [last_message.user_uuid, ...last_message.subjects]),
  ];
}

/**
 * The wire form of a membership, under people's current names.
 * @param profiles has the people of `peopleOfMessageGroup`
 */
export function toWireMessageGroup(membership: Membership, profiles: Profiles): MessageGroup {
  const { message_group_uuid, member_count, other, group, last_message } = membership;
  const isHidden = last_message?.uuid === membership.newest_hidden_uuid;
  const profile = profiles.get(other?.user_uuid ?? "");
  return {
    uuid: message_group_uuid,
    ...PAIR,
    ...toOwnFields(membership, profiles),
    ...(group !== null && {
      kind: "group",
      name: group.name,
      role: group.role,
      some_members: toUsers(group.some_members, profiles),
    }),
    message_kind: last_message?.system_kind ?? "text",
    message_subjects: toUsers(last_message?.subjects ?? [], profiles),
    message_subject_count: last_message?.subject_count ?? 0,
    mentioned: membership.mentioned,
    user_uuid: other?.user_uuid ?? "",
    display_name: profile?.display_name ?? "",
    handle: profile?.handle ?? "",
    member_count,
    message: isHidden ? "" : (last_message?.message ?? ""),
    message_deleted: last_message !== null && (isHidden || last_message.deleted),
    // A conversation without messages is in no inbox, but its page can be opened.
    created_at: last_message?.created_at ?? new Date(0).toISOString(),
    last_message_uuid: last_message?.uuid ?? "",
    last_message_user_uuid: last_message?.user_uuid ?? "",
    last_message_display_name: profiles.get(last_message?.user_uuid ?? "")?.display_name ?? "",
    unread_count: membership.unread_count,
    read_message_uuid: membership.read_message_uuid,
  };
}

/** Never says whether somebody has blocked the member. */
function toOwnFields(membership: Membership, profiles: Profiles): typeof UNFILED {
  const { folder, requested, request_messages, blocked, muted_until, marked_unread } = membership;
  const { requested_by, hidden_senders } = membership;
  return {
    folder: folder === "pinned" ? "inbox" : folder,
    pinned: folder === "pinned",
    muted_until,
    marked_unread,
    blocked,
    requested_by: requested_by === null ? null : (toUsers([requested_by], profiles)[0] ?? null),
    hidden_senders: [...hidden_senders],
    request: requested !== null ? "received" : request_messages !== null ? "sent" : null,
    request_messages_left:
      request_messages === null ? null : Math.max(0, REQUEST_MAX_MESSAGES - request_messages),
  };
}

/** The wire form of stored messages, under people's current names: one look-up for all. */
export async function toWireMessages(
  messages: readonly StoredMessage[],
  people: Pick<People, "profiles">,
): Promise<Message[]> {
  const profiles = await people.profiles(messages.flatMap(peopleOfMessage));
  return messages.map((message) => toWireMessage(message, profiles));
}

/** Uuids of the people whose names the wire form of a message shows. */
function peopleOfMessage({ user_uuid, subjects = [] }: StoredMessage): string[] {
  return [user_uuid, ...subjects];
}

/** The wire form of one stored message. Leaves out what only the table needs. */
export function toWireMessage(message: StoredMessage, profiles: Profiles): Message {
  const { user_uuid, deleted_at } = message;
  const { display_name = "", handle = "" } = profiles.get(user_uuid) ?? {};
  return {
    uuid: message.uuid,
    message_group_uuid: message.message_group_uuid,
    client_id: message.client_id,
    user_uuid,
    display_name,
    handle,
    kind: message.system_kind ?? "text",
    subjects: toUsers(message.subjects ?? [], profiles),
    mentions: [...(message.mentions ?? [])],
    message: message.message,
    created_at: message.created_at,
    reply_to: message.reply_to ?? null,
    reactions: toWireReactions(message.reactions ?? []),
    edited_at: message.edited_at ?? null,
    deleted_at: deleted_at ?? null,
    deleted_by_user_uuid: deleted_at === undefined ? null : (message.deleted_by ?? user_uuid),
    revision: message.revision ?? 0,
  };
}

function toUsers(uuids: readonly string[], profiles: Profiles): UserShort[] {
  return uuids.map((uuid) => {
    const { handle = "", display_name = "" } = profiles.get(uuid) ?? {};
    return { uuid, handle, display_name };
  });
}

/** Stored reactions are in no order, so emoji and people are sorted: answers then stay comparable. */
function toWireReactions(stored: readonly string[]): Message["reactions"] {
  if (stored.length === 0) return [];
  const byEmoji = new Map<string, string[]>();
  for (const { user_uuid, emoji } of stored.map(parseReaction)) {
    byEmoji.set(emoji, [...(byEmoji.get(emoji) ?? []), user_uuid].sort());
  }
  return [...byEmoji]
    .map(([emoji, user_uuids]) => ({ emoji, user_uuids }))
    .sort((a, b) => (a.emoji < b.emoji ? -1 : 1));
}

/** The positions of a page as signed cursors. */
export function toWireCursors(
  page: Page<unknown>,
  scope: CursorScope,
  cursors: Cursors,
): { next_cursor: string | null; previous_cursor: string | null } {
  return {
    next_cursor: page.next === null ? null : cursors.encode(scope, page.next),
    previous_cursor: page.previous === null ? null : cursors.encode(scope, page.previous),
  };
}
