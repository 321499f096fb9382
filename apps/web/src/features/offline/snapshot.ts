import type { MessageGroup, MessageGroupDetail } from "@cruddur/contract/message-groups";
import type { OwnUser } from "@cruddur/contract/users";
import type { MessagePage } from "../conversation/message-history/history-window.ts";

/**
 * The shape of what is kept. Raise it when a field of these types, or of the API's types in them,
 * changes: browsers then drop what an older version kept. `snapshot-shape.test.ts` says when.
 */
export const SNAPSHOT_VERSION = 2;

/** How many conversations are kept with their newest messages. */
export const KEPT_CONVERSATIONS = 20;

/** Longer than a session of the user pool lives without being renewed. */
export const KEPT_MS = 30 * 24 * 60 * 60_000;

/** The first page of the inbox, as it was shown, and where the conversations are kept. */
export interface KeptInbox {
  user: OwnUser;
  page: { items: MessageGroup[]; next_cursor: string | null };
  /** What each slot holds; null for an empty one. */
  slots: (KeptSlot | null)[];
}

export interface KeptSlot {
  message_group_uuid: string;
  last_message_uuid: string;
  /** When the server was asked for it, in ms since the epoch. */
  readAtMs: number;
}

export interface KeptConversation {
  messageGroup: MessageGroupDetail;
  /** The newest messages. */
  page: MessagePage;
}
