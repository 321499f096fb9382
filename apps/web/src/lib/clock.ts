/** Below this the difference is the `Date` header's own resolution and the network. */
const TOLERATED_MS = 2_000;

let offsetMs = 0;

/**
 * Learns how wrong the local clock is from a response's `Date` header (whole seconds).
 * @param sentAtMs,receivedAtMs local clock around the request; the server is taken to have
 *   answered half-way.
 */
export function noteServerDate(date: string | null, sentAtMs: number, receivedAtMs: number): void {
  const serverMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) return;
  const difference = serverMs + 500 - (sentAtMs + receivedAtMs) / 2;
  offsetMs = Math.abs(difference) > TOLERATED_MS ? difference : 0;
}

/** The present in ms since the epoch, by the server's clock. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}
