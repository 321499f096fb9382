import type { ErrorCode } from "@cruddur/client/errors";
import type { LiveEvent } from "@cruddur/contract/live-events";
import type { Message } from "@cruddur/contract/messages";
import type { UserShort } from "@cruddur/contract/users";

/** Where a message goes: to a known conversation, or to a person who may have none with the user. */
export type MessageTarget =
  | { message_group_uuid: string }
  | { handle: string; receiver: Pick<UserShort, "uuid"> };

/**
 * `queued`: to be sent after the messages before it. `sending`: the request was sent. `held`: to be
 * sent after the next sign-in. `failed`: the server refused it, and the person decides what to do.
 * A message that the server has stored leaves the outbox.
 */
export type OutboxState = "queued" | "sending" | "held" | "failed";

export interface OutboxMessage {
  client_id: string;
  message_group_uuid: string;
  /** The receiver's handle while the conversation may not exist yet; null otherwise. */
  handle: string | null;
  /** Order within the conversation. */
  order: number;
  message: string;
  /** The message of the same conversation that this one answers. */
  reply_to?: string;
  state: OutboxState;
  attempts: number;
  created_at: string;
  /** Why the last attempt failed; null before the first. */
  error: ErrorCode | null;
  /** An attempt got no clear answer, so the server may have stored the message. */
  is_uncertain?: boolean;
}

/** What a person can do to a message. */
export type MessageChange =
  | { kind: "edit"; message: string }
  | { kind: "delete" }
  | { kind: "hide" }
  | { kind: "react" | "unreact"; emoji: string };

/** A change of a message that the server has not stored yet. */
export type OutboxChange = MessageChange & {
  op_id: string;
  message_group_uuid: string;
  /** null while only the outbox has the message, whose `client_id` then names it. */
  message_uuid: string | null;
  client_id: string;
  created_at: string;
};

/** One conversation's unsent messages and changes, each in the order in which they are sent. */
export interface ConversationQueue {
  messages: readonly OutboxMessage[];
  changes: readonly OutboxChange[];
}

/**
 * A text that is not sent yet. `revision` grows with every change, deletion included, so that a late
 * save of an older text is ignored.
 */
export interface Draft {
  text: string;
  revision: number;
  /** The startup draft that was taken over last. It is never taken over again. */
  startup_id?: string;
}

/** A text that was typed before the outbox was open. Every change gives it a new id. */
export interface StartupDraft {
  id: string;
  text: string;
}

export interface OutboxSnapshot {
  messages: OutboxMessage[];
  drafts: Map<string, Draft>;
  changes: OutboxChange[];
}

export type NewOutboxMessage = Pick<
  OutboxMessage,
  "client_id" | "message_group_uuid" | "handle" | "message" | "created_at" | "reply_to"
>;

/** Storage of one user's outbox and drafts. Each method is one transaction. */
export interface OutboxStore {
  /** False when nothing is kept after the page closes. */
  readonly durable: boolean;
  /** Everything, for the start. */
  load(): Promise<OutboxSnapshot>;
  /** One conversation's messages, in order. */
  messagesOf(message_group_uuid: string): Promise<OutboxMessage[]>;
  /** One conversation's changes, in order. */
  changesOf(message_group_uuid: string): Promise<readonly OutboxChange[]>;
  /** Replaces what a conversation holds by what `plan` makes of it. @returns what is stored then */
  update(
    message_group_uuid: string,
    plan: (queue: ConversationQueue) => ConversationQueue,
  ): Promise<ConversationQueue>;
  draftOf(message_group_uuid: string): Promise<Draft | undefined>;
  /** Stores the message at the end of its conversation and empties the draft. */
  enqueue(message: NewOutboxMessage): Promise<{ message: OutboxMessage; draft: Draft }>;
  /** @returns the changed message, or undefined when it is no longer stored */
  patch(
    client_id: string,
    change: Partial<Pick<OutboxMessage, "state" | "attempts" | "error" | "order" | "is_uncertain">>,
  ): Promise<OutboxMessage | undefined>;
  remove(client_id: string): Promise<void>;
  /**
   * Moves a message back into its conversation's draft, before the text that the draft holds.
   * @returns the draft, or undefined when the message is no longer stored
   */
  revert(client_id: string): Promise<Draft | undefined>;
  /** @returns the stored draft after the call: the given text unless a newer revision was stored */
  putDraft(message_group_uuid: string, draft: Draft): Promise<Draft>;
  /** The same for a page that is about to close: the text is stored before the call returns. */
  putDraftOnExit(message_group_uuid: string, draft: Draft): void;
  close(): void;
}

export type SendMessage = (
  message: Pick<
    OutboxMessage,
    "client_id" | "message_group_uuid" | "handle" | "message" | "reply_to"
  >,
  signal: AbortSignal,
) => Promise<Message>;

/** Makes a change on the server. @returns the event that tells every page about it */
export type SendChange = (
  change: OutboxChange & { message_uuid: string },
  signal: AbortSignal,
) => Promise<ChangeEvent>;

export type ChangeEvent = Extract<LiveEvent, { type: "message_changed" | "message_hidden" }>;
