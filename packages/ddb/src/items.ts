import { PREVIEW_MAX_BYTES, PREVIEW_MAX_CHARS } from "@cruddur/contract/limits";
import { countBytes, truncateText } from "@cruddur/contract/text";
import { CorruptItemError, defineAttributes, type Item } from "./attributes.ts";
import * as keys from "./keys.ts";
import type { Membership, NewestMessage, StoredMessage } from "./types.ts";

/** An item that can't be read: where it is and what is wrong, never what it holds. */
export interface CorruptItem {
  pk: string;
  sk: string;
  problem: string;
}

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
  message: { type: "S", holds: "The text." },
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
  return { ...fields, message_group_uuid, created_at };
}

/** The attributes of a membership; those of another person are the other member's, or a sender's. */
export interface MembershipFields {
  message_group_uuid?: string;
  member_count: number;
  user_uuid: string;
  user_display_name: string;
  user_handle: string;
  last_message_at?: string | undefined;
  message?: string | undefined;
  sender_uuid?: string | undefined;
  unread_count: number;
  read_message_uuid?: string | undefined;
  revision?: number;
}

/** A membership item. Without `last_message_at` it is in no inbox. */
export const membershipAttributes = defineAttributes<MembershipFields>({
  message_group_uuid: {
    type: "S",
    optional: true,
    holds: "As in the sort key; puts the item in the index of the message group's members.",
  },
  member_count: { type: "N", holds: "Members of the message group." },
  user_uuid: {
    type: "S",
    holds: "The other person of a pair; of a larger group, one other member.",
  },
  user_display_name: { type: "S", holds: "That person's display name when the item was made." },
  user_handle: { type: "S", holds: "That person's handle when the item was made." },
  last_message_at: {
    type: "S",
    optional: true,
    holds: "Sort key of the newest message; the order of the inbox.",
  },
  message: { type: "S", optional: true, holds: "Preview: the cut text of the newest message." },
  sender_uuid: { type: "S", optional: true, holds: "Sender of the newest message." },
  unread_count: { type: "N", holds: "Messages of others after the read marker." },
  read_message_uuid: {
    type: "S",
    optional: true,
    holds: "Read marker: the newest message that the member has read.",
  },
  revision: {
    type: "N",
    optional: true,
    holds: "Raised by every write of preview, marker or count; conditions on it detect a race.",
  },
});

/** A new membership; it keeps a preview of the newest message. */
export function toMembershipItem(
  membership: Omit<Membership, "last_message"> & { last_message: NewestMessage | null },
): Item {
  const { message_group_uuid, other, last_message } = membership;
  return {
    ...membershipKey(membership.user_uuid, message_group_uuid),
    ...membershipAttributes.write({
      message_group_uuid: keys.membershipSk(message_group_uuid),
      member_count: membership.member_count,
      user_uuid: other.user_uuid,
      user_display_name: other.display_name,
      user_handle: other.handle,
      last_message_at: last_message === null ? undefined : keys.messageSk(last_message.uuid),
      message: last_message === null ? undefined : cutPreview(last_message.message),
      sender_uuid: last_message?.user_uuid,
      unread_count: membership.unread_count,
      read_message_uuid: membership.read_message_uuid ?? undefined,
      // Random, so that what was worked out from a membership that has since been removed and made
      // again can't be written over the new one.
      revision: Math.floor(Math.random() * 2 ** 32),
    }),
  };
}

/** From the table or from the inbox index. Throws CorruptItemError or KeyError. */
export function fromMembershipItem(item: Item): Membership {
  const user_uuid = keys.parseMembershipPk(keyOf(item, "pk"));
  const message_group_uuid = keys.parseMembershipSk(keyOf(item, "sk"));
  const fields = membershipAttributes.read(item);
  return {
    user_uuid,
    message_group_uuid,
    member_count: fields.member_count,
    other: {
      user_uuid: fields.user_uuid,
      display_name: fields.user_display_name,
      handle: fields.user_handle,
    },
    last_message: previewOf(fields),
    unread_count: fields.unread_count,
    read_message_uuid: fields.read_message_uuid ?? null,
  };
}

/** The revision of a membership read from the table. Throws CorruptItemError. */
export function revisionOf(item: Item): number {
  const { revision } = membershipAttributes.read(item);
  if (revision === undefined) throw new CorruptItemError("an item has no revision");
  return revision;
}

/** Which place the first attempt of a send reserved for its message. */
export interface SendClaim {
  user_uuid: string;
  client_id: string;
  message_group_uuid: string;
  message_uuid: string;
  expiresAtSeconds: number;
}

export const sendClaimAttributes = defineAttributes<{
  message_pk: string;
  message_sk: string;
  expires_at: number;
}>({
  message_pk: { type: "S", holds: "Partition key of the message." },
  message_sk: { type: "S", holds: "Sort key of the message." },
  expires_at: { type: "N", holds: "When DynamoDB may delete the item, seconds since the epoch." },
});

export function toSendClaimItem(claim: SendClaim): Item {
  return {
    pk: { S: keys.sendClaimPk(claim.user_uuid) },
    sk: { S: keys.sendClaimSk(claim.client_id) },
    ...sendClaimAttributes.write({
      message_pk: keys.messagePk(claim.message_group_uuid),
      message_sk: keys.messageSk(claim.message_uuid),
      expires_at: claim.expiresAtSeconds,
    }),
  };
}

/** Throws CorruptItemError or KeyError. */
export function fromSendClaimItem(
  item: Item,
): Pick<SendClaim, "message_group_uuid" | "message_uuid"> {
  const { message_pk, message_sk } = sendClaimAttributes.read(item);
  return {
    message_group_uuid: keys.parseMessagePk(message_pk),
    message_uuid: keys.parseMessageSk(message_sk).message_uuid,
  };
}

export function membershipKey(user_uuid: string, message_group_uuid: string): Item {
  return {
    pk: { S: keys.membershipPk(user_uuid) },
    sk: { S: keys.membershipSk(message_group_uuid) },
  };
}

export function messageKey(message_group_uuid: string, message_uuid: string): Item {
  return {
    pk: { S: keys.messagePk(message_group_uuid) },
    sk: { S: keys.messageSk(message_uuid) },
  };
}

/** The preview of a text: short enough that a membership stays one write unit. */
export function cutPreview(message: string): string {
  const cut = truncateText(message, { chars: PREVIEW_MAX_CHARS, bytes: PREVIEW_MAX_BYTES });
  if (cut !== "") return cut;
  // One character can exceed the limit, such as a letter with hundreds of accents: show part of it.
  let part = "";
  for (const codePoint of message) {
    if (countBytes(part + codePoint) > PREVIEW_MAX_BYTES) break;
    part += codePoint;
  }
  return part;
}

function previewOf({
  last_message_at,
  message,
  sender_uuid,
}: MembershipFields): Membership["last_message"] {
  if (last_message_at === undefined) return null;
  if (message === undefined) throw new CorruptItemError("an item has no message");
  if (sender_uuid === undefined) throw new CorruptItemError("an item has no sender_uuid");
  const { message_uuid, created_at } = keys.parseMessageSk(last_message_at);
  return { uuid: message_uuid, created_at, message, user_uuid: sender_uuid };
}

function keyOf(item: Item, name: "pk" | "sk"): string {
  const value = item[name]?.S;
  if (value === undefined) throw new CorruptItemError(`an item has no ${name}`);
  return value;
}
