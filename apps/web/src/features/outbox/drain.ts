import { clientActionOf } from "@cruddur/client/errors";
import { retryDelayMs } from "@cruddur/client/retry";
import type { Message } from "@cruddur/contract/messages";
import { failureCode, retryAfterMs } from "../../lib/errors.ts";
import type { OutboxMessage, OutboxStore, SendMessage } from "./types.ts";

/** An answer that takes longer is given up; repeating is safe, for the `client_id` is the same. */
export const SEND_TIMEOUT_MS = 15_000;

export interface DrainContext {
  store: Pick<OutboxStore, "load" | "patch" | "remove">;
  send: SendMessage;
  /** Called before the message leaves the outbox, so that it is always to be seen somewhere. */
  onSent(message: Message, row: OutboxMessage): void;
  /** Called after every change of a message's state. */
  onChanged(): Promise<void>;
  /** Resolves after `ms`, or sooner when there is reason to hope (back online) unless `strict`. */
  pause(ms: number, strict: boolean): Promise<void>;
  stopped: AbortSignal;
  random?: () => number;
}

/**
 * Sends one conversation's messages in order until nothing is left to send. Must run under the
 * conversation's lock: a message found `sending` then belongs to a tab that is gone.
 */
export async function drainConversation(group: string, context: DrainContext): Promise<void> {
  while (!context.stopped.aborted) {
    const { messages } = await context.store.load();
    const head = messages.find((row) => row.message_group_uuid === group && row.state !== "failed");
    if (head === undefined || head.state === "held") return;
    await sendOne(head, context);
  }
}

async function sendOne(head: OutboxMessage, context: DrainContext): Promise<void> {
  const { store, stopped } = context;
  const tries = head.tries + 1;
  const row = await store.patch(head.client_id, { state: "sending", tries });
  if (row === undefined) return;
  await context.onChanged();
  try {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
    const message = await context.send(row, signal);
    context.onSent(message, row);
    await store.remove(row.client_id);
    await context.onChanged();
  } catch (error) {
    // Left as `sending`: whoever takes the lock next repeats it.
    if (stopped.aborted) return;
    const code = failureCode(error);
    const action = clientActionOf(code);
    const state = { retry: "queued", hold: "held", fail: "failed" } as const;
    await store.patch(row.client_id, { state: state[action], error: code });
    await context.onChanged();
    if (action === "retry") {
      const askedMs = retryAfterMs(error);
      await context.pause(retryDelayMs(tries, askedMs, context.random), askedMs !== null);
    }
  }
}
