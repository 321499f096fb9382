import * as keys from "../keys.ts";
import type { StoredMessage } from "../types.ts";
import { CorruptItemError, defineAttributes, type Item, keyOf } from "./attributes.ts";

/**
 * A message item. It has no `message_group_uuid` attribute, which would put every message in the
 * index of a message group's memberships.
 */
export const messageAttributes = defineAttributes<
  Omit<StoredMessage, "message_group_uuid" | "created_at">
>({
  uuid: { name: "message_uuid", type: "S", holds: "UUIDv7 of the message, as in the sort key." },
  client_id: { type: "S", holds: "Idempotency key of the send." },
  user_uuid: { type: "S", holds: "The sender." },
  display_name: {
    name: "user_display_name",
    type: "S",
    holds: "The sender's display name when the message was sent.",
  },
  handle: {
    name: "user_handle",
    type: "S",
    holds: "The sender's handle when the message was sent.",
  },
  message: {
    type: "S",
    holds:
      "The text; empty once the message is deleted. Of a system message, the group's new name, or empty.",
  },
  system_kind: {
    type: "S",
    optional: true,
    holds: "What a system message says about the group; absent from what people write.",
  },
  subjects: {
    type: "L",
    optional: true,
    holds: "Uuids of the people whom a system message is about.",
  },
  mentions: { type: "L", optional: true, holds: "Uuids of the members whom the text mentions." },
  member_count: { type: "N", holds: "Members of the message group when the message was sent." },
  projected: {
    type: "BOOL",
    optional: true,
    holds: "True where the memberships were written with the message, so the stream skips it.",
  },
  traceparent: {
    type: "S",
    optional: true,
    holds: "W3C trace context of the send, where it was traced.",
  },
  revision: {
    type: "N",
    optional: true,
    holds: "Raised by every change; every change is conditional on it. Absent before the first.",
  },
  change: {
    type: "S",
    optional: true,
    holds:
      "The last change: `edit`, `delete`, `reaction` or `erase_names`, which the stream's event filter reads.",
  },
  edited_at: { type: "S", optional: true, holds: "When the text was last edited." },
  deleted_at: { type: "S", optional: true, holds: "When the message was deleted for everyone." },
  deleted_by: {
    type: "S",
    optional: true,
    holds: "The owner of the group who deleted it, where it was another member's.",
  },
  edit_op_ids: {
    type: "L",
    optional: true,
    holds: "The op_id of every edit, so that a repeated edit never replaces a later one.",
  },
  reply_to: { type: "S", optional: true, holds: "UUIDv7 of the message that this one answers." },
  reactions: {
    type: "SS",
    optional: true,
    holds: "`{user_uuid}:{emoji}` for each reaction.",
  },
  reaction_op_ids: {
    type: "L",
    optional: true,
    holds: "The op_ids of the last reactions, so that a repeated one isn't made again.",
  },
});

export function toMessageItem(message: StoredMessage): Item {
  return {
    ...messageKey(message.message_group_uuid, message.uuid),
    ...messageAttributes.write(message),
  };
}

/** Throws CorruptItemError or KeyError. */
export function fromMessageItem(item: Item): StoredMessage {
  const { message_uuid, created_at } = keys.parseMessageSk(keyOf(item, "sk"));
  const message_group_uuid = keys.parseMessagePk(keyOf(item, "pk"));
  const fields = messageAttributes.read(item);
  if (fields.uuid !== message_uuid) throw new CorruptItemError("message_uuid and sk differ");
  // In this order: adding fields to the copy of an object costs three times as much as the rest.
  return { message_group_uuid, created_at, ...fields };
}

export function messageKey(message_group_uuid: string, message_uuid: string): Item {
  return {
    pk: { S: keys.messagePk(message_group_uuid) },
    sk: { S: keys.messageSk(message_uuid) },
  };
}
