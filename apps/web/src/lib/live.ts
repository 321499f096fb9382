import { type EventsOptions, type ReceivedEvent, resumeEvents } from "@cruddur/client/events";
import { waitUntilDueOrActive } from "@cruddur/client/retry";
import { reportConnectionLost, reportConnectionRestored, resetConnection } from "./connection.ts";
import { isUnauthenticated } from "./errors.ts";
import { tracedFetch } from "./http.ts";
import { emitLiveEvent } from "./live-events.ts";
import type { SessionStore } from "./session-store.ts";

/** How long to wait after an error that connecting again at once would only repeat. */
const REFUSED_WAIT_MS = 30_000;

/**
 * Opens the tab's live connection and keeps it open while a person is signed in. After a break it
 * continues from the last event, with a new token when the server refuses the old one.
 * @returns how to stop
 */
export function startLive({ session }: { session: SessionStore }): () => void {
  const stopping = new AbortController();
  /** The connection of now. Aborting it makes the next one. */
  let connection = new AbortController();

  // A connection that survived being offline is silent for up to 40 seconds, and nobody knows
  // whether it still works. A new one answers at once.
  const reconnect = () => connection.abort();
  const stop = () => {
    stopping.abort();
    connection.abort();
  };

  async function run(): Promise<void> {
    let lastEventId: string | null = null;
    while (!stopping.signal.aborted) {
      connection = new AbortController();
      const { signal } = connection;
      try {
        const options: EventsOptions = { lastEventId, signal, onBreak: reportConnectionLost };
        const live = { url: "", fetch: tracedFetch, tokens: session };
        for await (const event of resumeEvents(live, options)) {
          lastEventId = event.id;
          reportConnectionRestored();
          if (event.type === "signed_out") void session.resume();
          deliver(event);
        }
      } catch (error) {
        reportConnectionLost();
        if (isUnauthenticated(error)) void session.resume();
        else reportError(error);
        await waitUntilDueOrActive(REFUSED_WAIT_MS, stopping.signal);
      }
    }
  }

  window.addEventListener("offline", reportConnectionLost);
  window.addEventListener("online", reconnect);
  reportConnectionLost();
  void run();

  return () => {
    stop();
    resetConnection();
    window.removeEventListener("offline", reportConnectionLost);
    window.removeEventListener("online", reconnect);
  };
}

/** An error of a listener is reported like any uncaught error, and later events are still delivered. */
function deliver({ id: _, ...event }: ReceivedEvent): void {
  try {
    emitLiveEvent(event);
  } catch (error) {
    reportError(error);
  }
}
