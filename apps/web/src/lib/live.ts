import { type ReceivedEvent, resumeEvents } from "@cruddur/client/events";
import { connectionLost, connectionRestored, connectionUnused } from "./connection.ts";
import { isUnauthenticated } from "./errors.ts";
import { tracedFetch } from "./http.ts";
import { emitLiveEvent } from "./live-events.ts";
import type { SessionStore } from "./session-store.ts";

/**
 * The tab's one live connection: kept up for as long as somebody is signed in, resumed after its
 * last event, with a fresh token when the old one is refused.
 * @returns how to stop
 */
export function startLive({ session }: { session: SessionStore }): () => void {
  const stopping = new AbortController();
  window.addEventListener("offline", connectionLost);
  connectionLost();
  void deliverEvents(session, stopping.signal);

  return () => {
    stopping.abort();
    connectionUnused();
    window.removeEventListener("offline", connectionLost);
  };
}

async function deliverEvents(session: SessionStore, signal: AbortSignal): Promise<void> {
  const live = { url: "", fetch: tracedFetch, tokens: session };
  try {
    for await (const event of resumeEvents(live, { signal, onBreak: connectionLost })) {
      connectionRestored();
      if (event.type === "signed_out") void session.resume();
      deliver(event);
    }
  } catch (error) {
    connectionLost();
    if (isUnauthenticated(error)) void session.resume();
    else reportError(error);
  }
}

/** A listener that throws is reported as any uncaught error, and the next event is still delivered. */
function deliver({ id: _, ...event }: ReceivedEvent): void {
  try {
    emitLiveEvent(event);
  } catch (error) {
    reportError(error);
  }
}
