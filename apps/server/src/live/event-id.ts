/**
 * The id of a live event is the moment it was made, so an id seen last says what came after. It
 * isn't signed: it opens nothing, whoever sends it gets only their own conversations.
 */
export function formatEventId(ms: number): string {
  return ms.toString(36);
}

/** ms since the epoch; null for what no server has made. */
export function parseEventId(id: string, nowMs: number): number | null {
  if (!/^[0-9a-z]{8}$/.test(id)) return null;
  const ms = Number.parseInt(id, 36);
  // Another server's clock may be ahead a little.
  return ms <= nowMs + 60_000 ? ms : null;
}
