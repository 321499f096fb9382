import type { MessageGroup } from "@cruddur/contract/message-groups";
import { PAIR, UNFILED } from "@cruddur/contract/message-groups";
import { type Message, UNCHANGED_MESSAGE } from "@cruddur/contract/messages";

/** An item as the document client returns it. */
// biome-ignore lint/suspicious/noExplicitAny: the document client's own type of an item
export type Item = Record<string, any>;
type Names = ReadonlyMap<string, { handle: string; display_name: string }>;

export const itemsOf = ({ Items = [] }: { Items?: Item[] | undefined }): Item[] => Items;

export function toMessage(item: Item, message_group_uuid: string, names: Names): Message {
  const { handle = "", display_name = "" } = names.get(item.user_uuid) ?? {};
  return {
    ...UNCHANGED_MESSAGE,
    ...{ uuid: item.message_uuid, message_group_uuid, client_id: item.client_id },
    ...{ user_uuid: item.user_uuid, display_name, handle, message: item.message },
    created_at: item.sk.slice(0, 24),
    reply_to: item.reply_to ?? null,
    edited_at: item.edited_at ?? null,
    deleted_at: item.deleted_at ?? null,
    deleted_by_user_uuid: item.deleted_by ?? null,
    revision: item.revision ?? 0,
  };
}

/** Uuids of the people whose names the wire form of a conversation shows. */
export const peopleOf = (item: Item): string[] => [
  ...(item.some_members ?? [item.user_uuid]),
  item.sender_uuid,
];

export function toMessageGroup(item: Item, names: Names): MessageGroup {
  return {
    ...{ ...UNFILED, uuid: item.sk, pinned: item.inbox_pk.startsWith("PIN#") },
    ...{ message_kind: "text", message_subjects: [], message_subject_count: 0, mentioned: false },
    ...(item.some_members === undefined ? pairFields(item, names) : groupFields(item, names)),
    ...{ member_count: item.member_count, message: item.message, message_deleted: false },
    created_at: item.last_message_at.slice(0, 24),
    last_message_uuid: item.last_message_at.slice(25),
    last_message_user_uuid: item.sender_uuid,
    last_message_display_name: names.get(item.sender_uuid)?.display_name ?? "",
    unread_count: item.unread_count,
    read_message_uuid: item.read_message_uuid ?? null,
  };
}

function pairFields({ user_uuid }: Item, names: Names) {
  const { handle = "", display_name = "" } = names.get(user_uuid) ?? {};
  return { ...PAIR, user_uuid, display_name, handle };
}

function groupFields(item: Item, names: Names) {
  const some_members = item.some_members.map((uuid: string) => {
    const { handle = "", display_name = "" } = names.get(uuid) ?? {};
    return { uuid, handle, display_name };
  });
  const group = { kind: "group" as const, name: item.group_name ?? null, role: item.member_role };
  return { ...group, some_members, user_uuid: "", display_name: "", handle: "" };
}
