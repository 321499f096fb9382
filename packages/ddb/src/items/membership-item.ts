import { UNREAD_COUNT_MAX } from "@cruddur/contract/limits";
import * as keys from "../keys.ts";
import type { Membership, NewMembership, RequestFolder } from "../types.ts";
import { CorruptItemError, defineAttributes, type Item, keyOf } from "./attributes.ts";
import { cutPreview } from "./preview.ts";

/** The attributes of a membership; those of another person are the other member's, or a sender's. */
export interface MembershipFields {
  message_group_uuid?: string;
  member_count: number;
  user_uuid: string;
  user_display_name: string;
  user_handle: string;
  inbox_pk?: string | undefined;
  requested?: string | undefined;
  request_messages?: number | undefined;
  muted_until?: number | undefined;
  marked_unread?: boolean | undefined;
  blocked?: boolean | undefined;
  refused?: boolean | undefined;
  archived_after?: string | undefined;
  last_message_at?: string | undefined;
  message?: string | undefined;
  sender_uuid?: string | undefined;
  last_revision?: number | undefined;
  unread_count: number;
  read_message_uuid?: string | undefined;
  newest_hidden_at?: string | undefined;
  revision?: number;
}

/** A membership item. Without `last_message_at` it is in no folder. */
export const membershipAttributes = defineAttributes<MembershipFields>({
  message_group_uuid: {
    type: "S",
    optional: true,
    holds: "As in the sort key; puts the item in the index of the message group's members.",
  },
  member_count: { type: "N", holds: "Members of the message group." },
  user_uuid: {
    type: "S",
    holds: "The other person of a pair; of a larger message group, one other member.",
  },
  user_display_name: { type: "S", holds: "That person's display name when the item was made." },
  user_handle: { type: "S", holds: "That person's handle when the item was made." },
  inbox_pk: {
    type: "S",
    optional: true,
    holds:
      "The folder that lists the conversation: `INB#`, `PIN#`, `REQ#` or `ARC#`, and the member's uuid. Every write adds it to an item that lacks it.",
  },
  requested: {
    type: "S",
    optional: true,
    holds: "Folder of a stranger's request, `inbox` or `requests`, until the member accepts it.",
  },
  request_messages: {
    type: "N",
    optional: true,
    holds: "Messages that the member has sent to a person who hasn't accepted yet; at most 3.",
  },
  muted_until: {
    type: "N",
    optional: true,
    holds: "Until when the conversation is muted, milliseconds since the epoch.",
  },
  marked_unread: {
    type: "BOOL",
    optional: true,
    holds: "True where the member marked the conversation as unread.",
  },
  blocked: {
    type: "BOOL",
    optional: true,
    holds: "True where the member has blocked the other person of the pair.",
  },
  refused: {
    type: "BOOL",
    optional: true,
    holds: "True where the other person of the pair has blocked the member.",
  },
  archived_after: {
    type: "S",
    optional: true,
    holds:
      "Newest message of an archived conversation: a later one brings the conversation back, unless it is muted.",
  },
  last_message_at: {
    type: "S",
    optional: true,
    holds: "Sort key of the newest message; the order of the folder.",
  },
  message: {
    type: "S",
    optional: true,
    holds: "Preview: the cut text of the newest message; empty when it was deleted.",
  },
  sender_uuid: { type: "S", optional: true, holds: "Sender of the newest message." },
  last_revision: {
    type: "N",
    optional: true,
    holds: "Revision of the newest message that the preview shows; absent means 0.",
  },
  unread_count: {
    type: "N",
    holds: "Messages of others after the read marker; 1,000 and more are one.",
  },
  read_message_uuid: {
    type: "S",
    optional: true,
    holds: "Read marker: the newest message that the member has read.",
  },
  newest_hidden_at: {
    type: "S",
    optional: true,
    holds: "Sort key of the newest message that the member has hidden; absent while there is none.",
  },
  revision: {
    type: "N",
    optional: true,
    holds: "Raised by every write of preview, marker or count; conditions on it detect a race.",
  },
});

/** A new membership; it keeps a preview of the newest message. Listed in the inbox by default. */
export function toMembershipItem(membership: NewMembership): Item {
  const { message_group_uuid, other, last_message, folder = "inbox" } = membership;
  return {
    ...membershipKey(membership.user_uuid, message_group_uuid),
    ...membershipAttributes.write({
      message_group_uuid: keys.membershipSk(message_group_uuid),
      member_count: membership.member_count,
      user_uuid: other.user_uuid,
      user_display_name: other.display_name,
      user_handle: other.handle,
      inbox_pk: keys.inboxPk(membership.user_uuid, folder),
      requested: membership.requested ?? undefined,
      request_messages: membership.request_messages ?? undefined,
      last_message_at: last_message === null ? undefined : keys.messageSk(last_message.uuid),
      message: last_message === null ? undefined : cutPreview(last_message.message),
      sender_uuid: last_message?.user_uuid,
      last_revision: last_message?.revision,
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
    folder: fields.inbox_pk === undefined ? "inbox" : keys.parseInboxPk(fields.inbox_pk),
    requested: (fields.requested as RequestFolder | undefined) ?? null,
    request_messages: fields.request_messages ?? null,
    muted_until: fields.muted_until === undefined ? null : isoTime(fields.muted_until),
    marked_unread: fields.marked_unread ?? false,
    blocked: fields.blocked ?? false,
    refused: fields.refused ?? false,
    archived_after: fields.archived_after ?? null,
    member_count: fields.member_count,
    other: {
      user_uuid: fields.user_uuid,
      display_name: fields.user_display_name,
      handle: fields.user_handle,
    },
    last_message: previewOf(fields),
    unread_count: Math.min(fields.unread_count, UNREAD_COUNT_MAX),
    read_message_uuid: fields.read_message_uuid ?? null,
    ...(fields.newest_hidden_at !== undefined && {
      newest_hidden_uuid: keys.parseMessageSk(fields.newest_hidden_at).message_uuid,
    }),
  };
}

/** True for an item of the time before folders, which no folder lists. */
export function lacksFolder(item: Item): boolean {
  return item.inbox_pk === undefined;
}

/** The revision of the newest message that a membership shows. */
export function shownRevisionOf(item: Item): number {
  return membershipAttributes.read(item).last_revision ?? 0;
}

/** The revision of a membership read from the table. Throws CorruptItemError. */
export function revisionOf(item: Item): number {
  const { revision } = membershipAttributes.read(item);
  if (revision === undefined) throw new CorruptItemError("an item has no revision");
  return revision;
}

export function membershipKey(user_uuid: string, message_group_uuid: string): Item {
  return {
    pk: { S: keys.membershipPk(user_uuid) },
    sk: { S: keys.membershipSk(message_group_uuid) },
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
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
  return {
    uuid: message_uuid,
    created_at,
    message,
    user_uuid: sender_uuid,
    deleted: message === "",
  };
}
