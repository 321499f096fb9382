import type { LiveEvent } from "@cruddur/contract/live-events";
import { connectionLost, connectionRestored, connectionUnused } from "./connection.ts";
import { isUnauthenticated } from "./errors.ts";
import { emitLiveEvent } from "./live-events.ts";
import type { SessionStore } from "./session-store.ts";
import type { ApiClient } from "./trpc.ts";

const RETRY_CAP_MS = 15_000;

/**
 * The tab's one live subscription: kept up for as long as somebody is signed in, resumed from the
 * last cursor, with a fresh token when the old one is refused.
 * @returns how to stop
 */
export function startLive(options: { client: ApiClient; session: SessionStore }): () => void {
  const { client, session } = options;
  let cursor: string | null = null;
  let attempts = 0;
  let isStopped = false;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let subscription: { unsubscribe(): void } | null = null;

  function connect(): void {
    clearTimeout(retryTimer);
    subscription?.unsubscribe();
    subscription = client.live.events.subscribe(
      { lastEventId: cursor },
      {
        onData({ id, data }) {
          cursor = id;
          attempts = 0;
          connectionRestored();
          if (data.type === "signed_out") void session.resume();
          emitLiveEvent(data satisfies LiveEvent);
        },
        onConnectionStateChange({ state }) {
          if (state === "pending") connectionRestored();
          else if (state === "connecting") connectionLost();
        },
        onError: reconnect,
        onComplete: reconnect,
      },
    );
  }

  /** The stream ended for good: a refused token, a restart, a proxy. */
  function reconnect(error?: unknown): void {
    if (isStopped) return;
    connectionLost();
    subscription = null;
    if (error !== undefined && isUnauthenticated(error)) void session.resume();
    const delayMs = Math.min(500 * 2 ** attempts, RETRY_CAP_MS) * (0.5 + Math.random() / 2);
    attempts += 1;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(connect, delayMs);
  }

  /** The device says things changed: no need to sit out the delay. */
  function hurry(): void {
    if (subscription === null && document.visibilityState === "visible") connect();
  }

  window.addEventListener("online", hurry);
  window.addEventListener("offline", connectionLost);
  document.addEventListener("visibilitychange", hurry);
  connectionLost();
  connect();

  return () => {
    isStopped = true;
    clearTimeout(retryTimer);
    subscription?.unsubscribe();
    connectionUnused();
    window.removeEventListener("online", hurry);
    window.removeEventListener("offline", connectionLost);
    document.removeEventListener("visibilitychange", hurry);
  };
}
