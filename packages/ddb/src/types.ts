import type { SystemMessageKind } from "@cruddur/contract/message-text";
import type { MessageContent } from "@cruddur/contract/messages";
import type { Folder } from "./keys.ts";

/** A person as copied into items. People are shown today's names, which the server looks up. */
export interface Member {
  user_uuid: string;
  display_name: string;
  handle: string;
}

/** What the last change of a message was. Only edits and deletes concern memberships. */
export type MessageChange = "edit" | "delete" | "reaction" | "erase_names";

/**
 * A message as stored: its text is empty once it is deleted, and it holds no copy of the message that
 * it answers. Names are the sender's when it was sent; people are shown today's.
 */
export interface StoredMessage extends MessageContent {
  uuid: string;
  message_group_uuid: string;
  client_id: string;
  user_uuid: string;
  display_name: string;
  handle: string;
  /** What a system message is about; absent from what people write. */
  system_kind?: SystemMessageKind | undefined;
  /** uuids of the people whom a system message is about. */
  subjects?: readonly string[] | undefined;
  /** uuids of the members whom the text mentions. */
  mentions?: readonly string[] | undefined;
  created_at: string;
  /** Members of the message group when the message was sent. */
  member_count: number;
  /** True when the memberships were written in one transaction with the message. */
  projected?: true | undefined;
  /** W3C trace context of the send, so that the stream's work joins the trace. */
  traceparent?: string | undefined;
  /** Raised by every change; absent before the first. */
  revision?: number | undefined;
  change?: MessageChange | undefined;
  edited_at?: string | undefined;
  deleted_at?: string | undefined;
  /** The owner who deleted the message of another member. */
  deleted_by?: string | undefined;
  /** `<user_uuid>:<emoji>` for each reaction, in no order. */
  reactions?: readonly string[] | undefined;
  /** The op_id of every edit, the first one first. */
  edit_op_ids?: readonly string[] | undefined;
  /** The op_ids of the last reactions, the newest one last. */
  reaction_op_ids?: readonly string[] | undefined;
}

/** What a membership is updated from: the state of a message, its text whole or cut. */
export interface NewestMessage
  extends Pick<
    StoredMessage,
    "uuid" | "message" | "user_uuid" | "system_kind" | "subjects" | "mentions"
  > {
  revision?: number | undefined;
  deleted_at?: string | null | undefined;
}

/** What a membership shows of the newest message: `message` is cut to the length of a preview. */
export interface Preview
  extends Pick<StoredMessage, "uuid" | "created_at" | "message" | "user_uuid" | "system_kind"> {
  /** True when the message was deleted: `message` is then empty. */
  deleted: boolean;
  /** Of a system message, the first of its subjects, and how many there are. */
  subjects: readonly string[];
  subject_count: number;
}

export type Role = "owner" | "member";

/** What a membership of a group holds more than one of a pair. */
export interface GroupMembership {
  name: string | null;
  role: Role;
  /** uuids of the other members who joined first, at most `GROUP_TITLE_MAX_MEMBERS`. */
  some_members: readonly string[];
  joined_at: string;
  /** The member reads only messages whose uuid is above this one; null: all messages. */
  joined_after: string | null;
}

/** One member's view of a message group: the permission to read it and the inbox entry in one. */
export interface Membership {
  user_uuid: string;
  message_group_uuid: string;
  folder: Folder;
  /** The folder of a request that the member hasn't accepted yet; null where there is nothing to accept. */
  requested: RequestFolder | null;
  /** Of a group: who added the member, until they accept it; null in a pair and where there is nothing to accept. */
  requested_by: string | null;
  /** How many messages the member has sent to a person who hasn't accepted yet; null once accepted. */
  request_messages: number | null;
  /** Until when the conversation is muted, UTC, ISO 8601; null where it isn't. It may be in the past. */
  muted_until: string | null;
  marked_unread: boolean;
  /** True where the member has blocked the other person of the pair. */
  blocked: boolean;
  /** True where the other person has blocked the member, who must not learn it. Not in lists. */
  refused: boolean;
  /** Of a group: uuids of the members whom the member has blocked. Their messages aren't counted. */
  hidden_senders: readonly string[];
  /** Of an archived conversation: a message with a higher uuid brings it back. Not in lists. */
  archived_after: string | null;
  member_count: number;
  /** The other person of a pair, under the names of when the item was made; null in a group. */
  other: Member | null;
  /** null in a pair, whose members never change. */
  group: GroupMembership | null;
  /** null until the message group's first message; until then it is in no inbox. */
  last_message: Preview | null;
  /** Exact below `UNREAD_COUNT_MAX`, which stands for that many or more. */
  unread_count: number;
  /** The read marker; null before the first. */
  read_message_uuid: string | null;
  /** The newest message that the member has hidden from themselves; absent while there is none. */
  newest_hidden_uuid?: string;
  /** True when an unread message mentions the member. */
  mentioned: boolean;
}

/** A membership as it is made; what is left out has its value of a new conversation. */
export type NewMembership = Pick<
  Membership,
  "user_uuid" | "message_group_uuid" | "member_count" | "unread_count" | "read_message_uuid"
> &
  Partial<
    Pick<
      Membership,
      "folder" | "requested" | "requested_by" | "request_messages" | "hidden_senders"
    >
  > & {
    newest_hidden_uuid?: string | undefined;
    last_message: NewestMessage | null;
    /** Of a pair. */
    other?: Member;
    group?: GroupMembership;
  };

/** Where a first message of a stranger goes. */
export type RequestFolder = "inbox" | "requests";

/** Names one membership. */
export type MembershipId = Pick<Membership, "user_uuid" | "message_group_uuid">;

/**
 * Where a page starts, in the order of the list: before or after an item that the page excludes.
 * Messages are named by their uuid, inbox entries by their `last_message_at`.
 */
export type PagePosition = { before: string } | { after: string };

export interface Page<Item> {
  items: Item[];
  /** Towards older items; null at the end. */
  next: PagePosition | null;
  /** Towards newer items; null at the newest. */
  previous: PagePosition | null;
}

/** One change of one message by one person. A repeated `op_id` changes nothing. */
export interface ChangeInput {
  message_group_uuid: string;
  message_uuid: string;
  /** Who makes the change. */
  user_uuid: string;
  op_id: string;
}

/** A message to store, its content already validated and normalised by the contract's schema. */
export interface StoreSendInput extends MessageContent {
  sender: Member;
  client_id: string;
  /** uuids of the members whom the text mentions. */
  mentions?: readonly string[] | undefined;
  /** W3C trace context of the send, kept on the item so that the stream's work joins the trace. */
  traceparent?: string | undefined;
}
