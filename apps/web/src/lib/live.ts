import { type ReceivedEvent, resumeEvents } from "@cruddur/client/events";
import { reportConnectionLost, reportConnectionRestored, resetConnection } from "./connection.ts";
import { isUnauthenticated } from "./errors.ts";
import { tracedFetch } from "./http.ts";
import { emitLiveEvent } from "./live-events.ts";
import type { SessionStore } from "./session-store.ts";

/**
 * Opens the tab's live connection and keeps it open while a person is signed in. After a break it
 * continues from the last event, with a new token when the server refuses the old one.
 * @returns how to stop
 */
export function startLive({ session }: { session: SessionStore }): () => void {
  const stopping = new AbortController();
  window.addEventListener("offline", reportConnectionLost);
  reportConnectionLost();
  void deliverEvents(session, stopping.signal);

  return () => {
    stopping.abort();
    resetConnection();
    window.removeEventListener("offline", reportConnectionLost);
  };
}

async function deliverEvents(session: SessionStore, signal: AbortSignal): Promise<void> {
  const live = { url: "", fetch: tracedFetch, tokens: session };
  try {
    for await (const event of resumeEvents(live, { signal, onBreak: reportConnectionLost })) {
      reportConnectionRestored();
      if (event.type === "signed_out") void session.resume();
      deliver(event);
    }
  } catch (error) {
    reportConnectionLost();
    if (isUnauthenticated(error)) void session.resume();
    else reportError(error);
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
