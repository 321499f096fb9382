import type { SystemMessageKind } from "@cruddur/contract/message-text";
import { defineAttributes } from "./attributes.ts";

/** The attributes of a membership. Those of the other person are a pair's, those from `group_name` on a group's. */
export interface MembershipFields {
  message_group_uuid?: string;
  member_count: number;
  user_uuid?: string | undefined;
  user_display_name?: string | undefined;
  user_handle?: string | undefined;
  inbox_pk?: string | undefined;
  requested?: string | undefined;
  requested_by?: string | undefined;
  request_messages?: number | undefined;
  muted_until?: number | undefined;
  marked_unread?: boolean | undefined;
  blocked?: boolean | undefined;
  refused?: boolean | undefined;
  hidden_senders?: readonly string[] | undefined;
  archived_after?: string | undefined;
  last_message_at?: string | undefined;
  message?: string | undefined;
  sender_uuid?: string | undefined;
  last_revision?: number | undefined;
  last_kind?: SystemMessageKind | undefined;
  last_subjects?: readonly string[] | undefined;
  last_subject_count?: number | undefined;
  unread_count: number;
  read_message_uuid?: string | undefined;
  newest_hidden_at?: string | undefined;
  revision?: number;
  mention_uuid?: string | undefined;
  group_name?: string | undefined;
  member_role?: "owner" | undefined;
  some_members?: readonly string[] | undefined;
  joined_at?: string | undefined;
  joined_after?: string | undefined;
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
    optional: true,
    holds: "The other person of a pair; absent from a group.",
  },
  user_display_name: {
    type: "S",
    optional: true,
    holds: "That person's display name when the item was made.",
  },
  user_handle: {
    type: "S",
    optional: true,
    holds: "That person's handle when the item was made.",
  },
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
  requested_by: {
    type: "S",
    optional: true,
    holds: "Who added the member to the group, until the member accepts it.",
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
  hidden_senders: {
    type: "SS",
    optional: true,
    holds: "Uuids of the group's members whom the member has blocked.",
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
  last_kind: {
    type: "S",
    optional: true,
    holds: "What the newest message says about the group, where it is a system message.",
  },
  last_subjects: {
    type: "L",
    optional: true,
    holds: "Uuids of the first people whom that system message is about.",
  },
  last_subject_count: {
    type: "N",
    optional: true,
    holds: "How many people it is about.",
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
  mention_uuid: {
    type: "S",
    optional: true,
    holds: "The newest message that mentions the member; unread where it is after the read marker.",
  },
  group_name: { type: "S", optional: true, holds: "Name of the group, where it has one." },
  member_role: { type: "S", optional: true, holds: "`owner` on one membership of each group." },
  some_members: {
    type: "L",
    optional: true,
    holds: "Uuids of the other members who joined first; on every membership of a group.",
  },
  joined_at: { type: "S", optional: true, holds: "When the member joined the group." },
  joined_after: {
    type: "S",
    optional: true,
    holds: "UUIDv7 above which the member can read messages; absent where they can read all.",
  },
});
