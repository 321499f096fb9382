import type { Message } from "@cruddur/contract/schemas";

/** A person as copied into items: a snapshot, never what people are shown (see ARCHITECTURE.md). */
export interface Member {
  user_uuid: string;
  display_name: string;
  handle: string;
}

/** A conversation in one member's inbox; its existence is the membership. */
export interface GroupRow {
  user_uuid: string;
  message_group_uuid: string;
  member_count: number;
  /** The other person of a pair; of a larger group, one of the others. Snapshot. */
  other: Member;
  /** null until the group's first message; such a row is in no inbox. */
  last_message: { uuid: string; created_at: string; message: string; user_uuid: string } | null;
  unread_count: number;
  read_message_uuid: string | null;
}

/** A message as stored. Names are the snapshot taken when it was sent. */
export type StoredMessage = Message;

/**
 * Where a page starts, in the order of the list. `before` and `after` name the message uuid
 * (history) or `last_message_at` sort key (inbox) that the page borders on and doesn't hold.
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

/**
 * Everything the product asks of the table, one method an access pattern. Methods throw
 * `AppError`: `not_a_member`, `client_id_reused`, `message_not_found`, and `unavailable` for
 * throttling, time-outs and conflicts that outlast the bounded retries (safe to repeat).
 */
export interface MessagesStore {
  /** One strongly consistent read of a known key. null when not a member or no such group. */
  getGroupRow(input: { user_uuid: string; message_group_uuid: string }): Promise<GroupRow | null>;
  /** The inbox, newest first. Eventually consistent. */
  listGroups(input: {
    user_uuid: string;
    limit: number;
    position?: PagePosition | undefined;
    unread?: boolean | undefined;
  }): Promise<Page<GroupRow>>;
  /**
   * History; items oldest first within the page. Without position: the newest. Pages to newer
   * messages (how a reader catches up) are strongly consistent; the others aren't, at half the cost.
   */
  listMessages(input: {
    message_group_uuid: string;
    limit: number;
    position?: PagePosition | undefined;
  }): Promise<Page<StoredMessage>>;
  /** The page that holds the message, about in its middle. Throws `message_not_found`. */
  listMessagesAround(input: {
    message_group_uuid: string;
    message_uuid: string;
    limit: number;
  }): Promise<Page<StoredMessage>>;
  /** The page that starts with the first message at or after a moment (ms since the epoch). */
  listMessagesSince(input: {
    message_group_uuid: string;
    sinceMs: number;
    limit: number;
  }): Promise<Page<StoredMessage>>;
  getMessage(input: {
    message_group_uuid: string;
    message_uuid: string;
  }): Promise<StoredMessage | null>;
  /**
   * Pattern C. `row` is the sender's group row, already read by the access check. A repeated
   * `client_id` returns the message first stored, for ever.
   */
  sendMessage(input: SendInput & { row: GroupRow }): Promise<StoredMessage>;
  /** Pattern D. One group per pair: creates it with its first message, or sends into it. */
  sendToPerson(input: SendInput & { receiver: Member }): Promise<StoredMessage>;
  /** Rows for 2 to 100 members, all or nothing; in no inbox until the first message. Idempotent. */
  createGroup(input: { message_group_uuid: string; members: Member[] }): Promise<void>;
  addMember(input: { message_group_uuid: string; member: Member }): Promise<void>;
  removeMember(input: { message_group_uuid: string; user_uuid: string }): Promise<void>;
  /** uuids of the group's members, through the index. Eventually consistent. */
  listMemberUuids(input: { message_group_uuid: string }): Promise<string[]>;
  /** The members' rows, for read receipts. Eventually consistent. */
  getGroupRows(input: { message_group_uuid: string; user_uuids: string[] }): Promise<GroupRow[]>;
  /** Moves the marker forward only; returns the row's state after. Throws `message_not_found`. */
  markRead(input: {
    user_uuid: string;
    message_group_uuid: string;
    message_uuid: string;
  }): Promise<{ read_message_uuid: string; unread_count: number; moved: boolean }>;
}
