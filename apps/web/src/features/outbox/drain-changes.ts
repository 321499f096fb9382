import { clientActionOf, type ErrorCode } from "@cruddur/client/errors";
import { retryDelayMs } from "@cruddur/client/retry";
import { failureCode, retryAfterMs } from "../../lib/errors.ts";
import { SEND_TIMEOUT_MS } from "./drain.ts";
import type {
  ChangeEvent,
  ConversationQueue,
  OutboxChange,
  OutboxStore,
  SendChange,
} from "./types.ts";

export interface DrainChangesContext {
  store: Pick<OutboxStore, "changesOf" | "update">;
  change: SendChange;
  /** Called before the change leaves the outbox, so that what it made is always visible. */
  onChanged(event: ChangeEvent): void;
  /** Called when a change has left the outbox, with what is left. */
  onLeft(queue: ConversationQueue, message_group_uuid: string): void;
  /** Called when the server has refused a change, which has left the outbox. */
  onRefused(change: OutboxChange, code: ErrorCode): void;
  pause(ms: number, ignoresOnline: boolean): Promise<void>;
  stopped: AbortSignal;
  random?: () => number;
}

/**
 * Makes one conversation's changes on the server, in order, until none is left but those of messages
 * that are not sent yet. Every change can be repeated, so nothing is stored about attempts. Changes
 * wait while the session has ended.
 */
export async function drainChanges(
  message_group_uuid: string,
  context: DrainChangesContext,
): Promise<void> {
  const { store, stopped } = context;

  async function leave({ op_id }: OutboxChange): Promise<void> {
    const left = await store.update(message_group_uuid, (queue) => ({
      ...queue,
      changes: queue.changes.filter((change) => change.op_id !== op_id),
    }));
    context.onLeft(left, message_group_uuid);
  }

  for (let attempts = 1; !stopped.aborted; attempts += 1) {
    const next = (await store.changesOf(message_group_uuid)).find(isReady);
    if (next === undefined) return;
    try {
      const signal = AbortSignal.any([stopped, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
      context.onChanged(await context.change(next, signal));
      await leave(next);
      attempts = 0;
    } catch (error) {
      if (stopped.aborted) return;
      const code = failureCode(error);
      const action = clientActionOf(code);
      if (action === "hold") return;
      if (action === "fail") {
        await leave(next);
        context.onRefused(next, code);
        attempts = 0;
      } else {
        const askedMs = retryAfterMs(error);
        await context.pause(retryDelayMs(attempts, askedMs, context.random), askedMs !== null);
      }
    }
  }
}

function isReady(change: OutboxChange): change is OutboxChange & { message_uuid: string } {
  return change.message_uuid !== null;
}
