import { setTimeout as sleep } from "node:timers/promises";
import type { MessagesStore } from "@cruddur/ddb/types";

/** One message is followed at a time, and the next after a pause: the cost stays a read a second. */
const PAUSE_MS = 5_000;
const FIRST_LOOK_MS = 250;
const LAST_LOOK_MS = 5_000;

export interface StreamLag {
  /** The store, whose sends are followed now and then. */
  store: MessagesStore;
  /** What the last message followed took, or what the one under way has waited if that is longer. */
  seconds(): number;
  close(): void;
}

/**
 * Measures how far inboxes are behind messages, where people would notice: a stored message is
 * followed until its sender's own row shows it. It needs nothing of the stream's reader, which is
 * another process, on AWS a Lambda. A value is exact to a quarter of a second (ADR 15).
 */
export function followStream(plain: MessagesStore): StreamLag {
  const closing = new AbortController();
  const { signal } = closing;
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false });
  let lastMs = 0;
  let waitingSinceMs: number | undefined;
  let following = false;

  async function follow(
    row: { user_uuid: string; message_group_uuid: string },
    message_uuid: string,
  ): Promise<void> {
    const sinceMs = Date.now();
    waitingSinceMs = sinceMs;
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, LAST_LOOK_MS)) {
      await pause(lookMs);
      const found = await plain.getMembership(row).catch(() => undefined);
      if (found === undefined) continue;
      // Someone who has left has no row to wait for.
      if (found === null || (found.last_message?.uuid ?? "") >= message_uuid) break;
    }
    lastMs = Date.now() - sinceMs;
    waitingSinceMs = undefined;
    await pause(PAUSE_MS);
  }

  return {
    store: {
      ...plain,
      async sendMessage(input) {
        const message = await plain.sendMessage(input);
        if (!following) {
          following = true;
          const { message_group_uuid, user_uuid, uuid } = message;
          follow({ user_uuid, message_group_uuid }, uuid)
            .catch(() => {})
            .finally(() => {
              following = false;
            });
        }
        return message;
      },
    },
    seconds() {
      const waitedMs = waitingSinceMs === undefined ? 0 : Date.now() - waitingSinceMs;
      return Math.max(lastMs, waitedMs) / 1000;
    },
    close: () => closing.abort(),
  };
}
