import type { ErrorCode } from "@cruddur/client/errors";
import type { Message } from "@cruddur/contract/messages";
import type { UserShort } from "@cruddur/contract/users";

/** Where a message goes: a known conversation, or a person one may not have written to yet. */
export type MessageTarget =
  | { message_group_uuid: string }
  | { handle: string; receiver: Pick<UserShort, "uuid"> };

/**
 * `queued` waits its turn, `sending` is on the wire, `held` waits for a sign-in, `failed` was
 * refused for good and waits for the person. An acknowledged message leaves the outbox.
 */
export type OutboxState = "queued" | "sending" | "held" | "failed";

export interface OutboxMessage {
  client_id: string;
  message_group_uuid: string;
  /** Set while the conversation may not exist yet: the message is then addressed to the person. */
  handle: string | null;
  /** Order within the conversation. */
  seq: number;
  message: string;
  state: OutboxState;
  tries: number;
  created_at: string;
  /** Why the last try didn't succeed; null before the first. */
  error: ErrorCode | null;
}

/** An unsent text. `rev` grows with every change, deletion included, so that a late save of an older text loses. */
export interface Draft {
  text: string;
  rev: number;
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
  /** False when nothing outlives the page. */
  readonly durable: boolean;
  load(): Promise<OutboxSnapshot>;
  /** Writes the message at the end of its conversation and empties the draft. */
  enqueue(message: NewOutboxMessage): Promise<OutboxMessage>;
  /** @returns the changed message, or undefined when it is no longer there. */
  patch(
    client_id: string,
    change: Partial<Pick<OutboxMessage, "state" | "tries" | "error" | "seq">>,
  ): Promise<OutboxMessage | undefined>;
  remove(client_id: string): Promise<void>;
  /** Turns a message back into its conversation's draft, before whatever the draft holds. */
  revert(client_id: string): Promise<void>;
  /** @returns the stored draft after the call: the given text unless a newer revision was there. */
  putDraft(message_group_uuid: string, text: string, rev: number): Promise<Draft>;
  /** The same in the last moment of a page: all of it happens before the call returns. */
  putDraftOnExit(message_group_uuid: string, text: string, rev: number): void;
  close(): void;
}

export type SendMessage = (
  message: Pick<OutboxMessage, "client_id" | "message_group_uuid" | "handle" | "message">,
  signal: AbortSignal,
) => Promise<Message>;
