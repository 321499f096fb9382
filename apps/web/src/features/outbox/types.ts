import type { ErrorCode } from "@cruddur/client/errors";
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
  state: OutboxState;
  attempts: number;
  created_at: string;
  /** Why the last attempt failed; null before the first. */
  error: ErrorCode | null;
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
}

export type NewOutboxMessage = Pick<
  OutboxMessage,
  "client_id" | "message_group_uuid" | "handle" | "message" | "created_at"
>;

/** Storage of one user's outbox and drafts. Each method is one transaction. */
export interface OutboxStore {
  /** False when nothing is kept after the page closes. */
  readonly durable: boolean;
  /** Everything, for the start. */
  load(): Promise<OutboxSnapshot>;
  /** One conversation's messages, in order. */
  messagesOf(message_group_uuid: string): Promise<OutboxMessage[]>;
  draftOf(message_group_uuid: string): Promise<Draft | undefined>;
  /** Stores the message at the end of its conversation and empties the draft. */
  enqueue(message: NewOutboxMessage): Promise<{ message: OutboxMessage; draft: Draft }>;
  /** @returns the changed message, or undefined when it is no longer stored */
  patch(
    client_id: string,
    change: Partial<Pick<OutboxMessage, "state" | "attempts" | "error" | "order">>,
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
  message: Pick<OutboxMessage, "client_id" | "message_group_uuid" | "handle" | "message">,
  signal: AbortSignal,
) => Promise<Message>;
