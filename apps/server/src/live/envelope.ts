import { type LiveEvent, liveEventSchema } from "@cruddur/contract/live-events";
import { type TrackedEnvelope, tracked } from "@trpc/server";

/** A live event with its id. One object goes to all connections that receive the event. */
export type LiveEnvelope = TrackedEnvelope<LiveEvent>;

/** Checks an event by its schema: once for each event, not once for each connection. */
export function toEnvelope(event: LiveEvent): LiveEnvelope {
  return tracked(formatEventId(Date.now()), liveEventSchema.parse(event));
}

/**
 * The id of a live event is the moment it was made, so the last id that a browser has seen shows
 * which events it has missed. The id isn't signed: whoever sends one gets only their own conversations.
 */
function formatEventId(ms: number): string {
  return ms.toString(36);
}

const MAX_CLOCK_SKEW_MS = 60_000;

/** @returns the moment in ms since the epoch; null when no server has made the id */
export function parseEventId(id: string, nowMs: number): number | null {
  if (!/^[0-9a-z]{8}$/.test(id)) return null;
  const ms = Number.parseInt(id, 36);
  return ms <= nowMs + MAX_CLOCK_SKEW_MS ? ms : null;
}
