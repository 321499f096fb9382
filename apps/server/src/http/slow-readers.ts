import type { ServerResponse } from "node:http";

/**
 * Cuts the connections of clients that don't receive a complete answer in time, because it is kept
 * in memory for them. A live connection's answer isn't complete while it is open, so it isn't cut
 * here (`live/sse-transport.ts` does).
 */
export function createSlowReaders(timeoutMs: number) {
  const open = new Set<ServerResponse>();
  /** When an answer was first found complete and not received, in ms. */
  const completeSince = new WeakMap<ServerResponse, number>();

  // One timer for all: a timer for each answer would cost more than the rate limit.
  const sweep = setInterval(
    () => {
      const now = performance.now();
      for (const response of open) {
        if (!response.writableEnded) continue;
        const since = completeSince.get(response);
        if (since === undefined) completeSince.set(response, now);
        else if (now - since >= timeoutMs) response.destroy();
      }
    },
    Math.min(1_000, timeoutMs / 4),
  );
  sweep.unref();

  return {
    watch(response: ServerResponse): void {
      open.add(response);
      response.once("close", () => open.delete(response));
    },
    close: () => clearInterval(sweep),
  };
}
