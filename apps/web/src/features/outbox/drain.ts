import { clientActionOf } from "@cruddur/client/errors";
import { retryDelayMs } from "@cruddur/client/retry";
import type { Message } from "@cruddur/contract/messages";
import { failureCode, retryAfterMs } from "../../lib/errors.ts";
import type { OutboxMessage, OutboxStore, SendMessage } from "./types.ts";

/** A slower answer is given up. Repeating the call is safe because it has the same `client_id`. */
export const SEND_TIMEOUT_MS = 15_000;

/** The state of a message after a failed attempt. */
const STATE_AFTER = { retry: "queued", hold: "held", fail: "failed" } as const;

export interface DrainContext {
  store: Pick<OutboxStore, "messagesOf" | "patch" | "remove">;
  send: SendMessage;
  /** Called before the message leaves the outbox, so that it is always visible somewhere. */
  onSent(message: Message): void;
  /** Called after every stored change of a message. */
  onChanged(message: OutboxMessage): void;
  /** Called when a message is no longer stored. */
  onRemoved(message: OutboxMessage): void;
  /** Resolves after `ms`, or sooner when the network is back unless `ignoresOnline`. */
  pause(ms: number, ignoresOnline: boolean): Promise<void>;
  stopped: AbortSignal;
  random?: () => number;
}

/**
 * Sends one conversation's messages in order until nothing is left to send. Must run under the
 * conversation's lock: a message in the state `sending` then belongs to a tab that was closed.
 */
export async function drainConversation(
  message_group_uuid: string,
  context: DrainContext,
): Promise<void> {
  while (!context.stopped.aborted) {
    // From storage: another tab may have queued a message before this tab's own.
    const messages = await context.store.messagesOf(message_group_uuid);
    const next = messages.find(({ state }) => state !== "failed");
    if (next === undefined || next.state === "held") return;
    await sendOne(next, context);
  }
}

async function sendOne(next: OutboxMessage, context: DrainContext): Promise<void> {
  const { store, stopped } = context;
  const attempts = next.attempts + 1;
  const sending = await store.patch(next.client_id, { state: "sending", attempts });
  if (sending === undefined) return context.onRemoved(next);
  context.onChanged(sending);
  try {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
    context.onSent(await context.send(sending, signal));
    await store.remove(sending.client_id);
    context.onRemoved(sending);
  } catch (error) {
    // The message stays in the state `sending`. The next tab that has the lock sends it again.
    if (stopped.aborted) return;
    const code = failureCode(error);
    const action = clientActionOf(code);
    const failed = await store.patch(sending.client_id, {
      state: STATE_AFTER[action],
      error: code,
    });
    if (failed === undefined) return context.onRemoved(sending);
    context.onChanged(failed);
    if (action === "retry") {
      const askedMs = retryAfterMs(error);
      await context.pause(retryDelayMs(attempts, askedMs, context.random), askedMs !== null);
    }
  }
}
