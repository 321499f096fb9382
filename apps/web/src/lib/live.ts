import type { EventsOptions, ReceivedEvent } from "@cruddur/client/events";
import { waitUntilDueOrActive } from "@cruddur/client/retry";
import { reportConnectionLost, reportConnectionRestored, resetConnection } from "./connection.ts";
import { isUnauthenticated } from "./errors.ts";
import { tracedFetch } from "./http.ts";
import { emitLiveEvent } from "./live-events.ts";
import { loadModule } from "./load-module.ts";
import type { SessionStore } from "./session-store.ts";

/** How long to wait after an error that connecting again at once would only repeat. */
const REFUSED_WAIT_MS = 30_000;
const LOAD_AGAIN_MS = 3_000;

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
    const events = await loadCode(stopping.signal);
    let lastEventId: string | null = null;
    while (!stopping.signal.aborted) {
      connection = new AbortController();
      const { signal } = connection;
      try {
        const options: EventsOptions = { lastEventId, signal, onBreak: reportConnectionLost };
        const live = { url: "", fetch: tracedFetch, tokens: session };
        for await (const event of events.resumeEvents(live, options)) {
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
  // Only a sign-out, while the code could not be loaded, rejects.
  void run().catch(() => {});

  return () => {
    stop();
    resetConnection();
    window.removeEventListener("offline", reportConnectionLost);
    window.removeEventListener("online", reconnect);
  };
}

/** The inbox can be read before this code is loaded. Loading is tried again until `signal` aborts. */
async function loadCode(signal: AbortSignal): Promise<typeof import("@cruddur/client/events")> {
  for (;;) {
    try {
      return await loadModule(() => import("@cruddur/client/events"));
    } catch (error) {
      if (signal.aborted) throw error;
      await waitUntilDueOrActive(LOAD_AGAIN_MS, signal);
    }
  }
}

/** An error of a listener is reported like any uncaught error, and later events are still delivered. */
function deliver({ id: _, ...event }: ReceivedEvent): void {
  try {
    emitLiveEvent(event);
  } catch (error) {
    reportError(error);
  }
}
