import { clientActionOf } from "@cruddur/client/errors";
import { retryDelayMs } from "@cruddur/client/retry";
import type { Message } from "@cruddur/contract/messages";
import { failureCode, retryAfterMs } from "../../lib/errors.ts";
import { acknowledge, foldChanges } from "./changes.ts";
import type { ConversationQueue, OutboxMessage, OutboxStore, SendMessage } from "./types.ts";

/** A slower answer is given up. Repeating the call is safe because it has the same `client_id`. */
export const SEND_TIMEOUT_MS = 15_000;

/** The state of a message after a failed attempt. */
const STATE_AFTER = { retry: "queued", hold: "held", fail: "failed" } as const;

export interface DrainContext {
  store: Pick<OutboxStore, "messagesOf" | "patch" | "update">;
  send: SendMessage;
  /** Called before the message leaves the outbox, so that it is always visible somewhere. */
  onSent(message: Message): void;
  /** Called after every stored change of a message. */
  onChanged(message: OutboxMessage): void;
  /** Called after a message was stored by the server or refused, which concerns its changes. */
  onSettled(queue: ConversationQueue, message_group_uuid: string): void;
  /** Called when a message is no longer stored. */
  onRemoved(message: OutboxMessage): void;
  /** Resolves after `ms`, or sooner when the network is back unless `ignoresOnline`. */
  pause(ms: number, ignoresOnline: boolean): Promise<void>;
  /** False while the browser is sure that it has no network: a failed request never left it. */
  isOnline(): boolean;
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
  const { message_group_uuid } = next;
  const attempts = next.attempts + 1;
  const wasOnline = context.isOnline();
  const sending = await store.patch(next.client_id, { state: "sending", attempts });
  if (sending === undefined) return context.onRemoved(next);
  context.onChanged(sending);
  try {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
    const message = await context.send(sending, signal);
    context.onSent(message);
    const left = await store.update(message_group_uuid, (queue) =>
      acknowledge(queue, sending.client_id, message.uuid),
    );
    context.onSettled(left, message_group_uuid);
  } catch (error) {
    // The message stays in the state `sending`. The next tab that has the lock sends it again.
    if (stopped.aborted) return;
    const code = failureCode(error);
    const action = clientActionOf(code);
    const isUncertain = action === "retry" && code !== "rate_limited" && wasOnline;
    const failed = await store.patch(sending.client_id, {
      state: STATE_AFTER[action],
      error: code,
      is_uncertain: action !== "fail" && (isUncertain || sending.is_uncertain === true),
    });
    if (failed === undefined) return context.onRemoved(sending);
    context.onChanged(failed);
    if (action === "fail") {
      const left = await store.update(message_group_uuid, (queue) =>
        foldChanges(queue, failed.client_id),
      );
      context.onSettled(left, message_group_uuid);
    }
    if (action === "retry") {
      const askedMs = retryAfterMs(error);
      await context.pause(retryDelayMs(attempts, askedMs, context.random), askedMs !== null);
    }
  }
}
