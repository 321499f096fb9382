import type { Message } from "@cruddur/contract/messages";

/** A person as copied into items. People are shown today's names, which the server looks up. */
export interface Member {
  user_uuid: string;
  display_name: string;
  handle: string;
}

/** A message as stored. Names are the sender's when it was sent; people are shown today's. */
export interface StoredMessage extends Message {
  /** Members of the message group when the message was sent. */
  member_count: number;
  /** True when the memberships were written in one transaction with the message. */
  projected?: true | undefined;
  /** W3C trace context of the send, so that the stream's work joins the trace. */
  traceparent?: string | undefined;
}

/** What a membership is updated from: the message group's newest message, its text whole or cut. */
export type NewestMessage = Pick<StoredMessage, "uuid" | "message" | "user_uuid">;

/** What a membership shows of the newest message: `message` is cut to the length of a preview. */
export type Preview = Pick<StoredMessage, "uuid" | "created_at" | "message" | "user_uuid">;

/** One member's view of a message group: the permission to read it and the inbox entry in one. */
export interface Membership {
  user_uuid: string;
  message_group_uuid: string;
  member_count: number;
  /** The other person of a pair; of a larger message group, one other member. Names are from when the item was made. */
  other: Member;
  /** null until the message group's first message; until then it is in no inbox. */
  last_message: Preview | null;
  /** Exact below `UNREAD_COUNT_MAX`, which stands for that many or more. */
  unread_count: number;
  /** The read marker; null before the first. */
  read_message_uuid: string | null;
}

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

export interface SendInput {
  sender: Member;
  client_id: string;
  /** Already validated and normalised (`messageTextSchema`). */
  message: string;
  /** W3C trace context of the send, kept on the item so that the stream's work joins the trace. */
  traceparent?: string | undefined;
}
