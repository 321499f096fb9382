/** A smaller difference may come from the network, or from the whole seconds of the `Date` header. */
const TOLERATED_MS = 2_000;

let offsetMs = 0;

/**
 * Learns from a response's `Date` header (whole seconds) how wrong the local clock is.
 * @param sentAtMs,receivedAtMs the local clock before and after the request. The server is assumed to
 *   have answered half-way between them.
 */
export function correctClock(date: string | null, sentAtMs: number, receivedAtMs: number): void {
  const serverMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) return;
  const difference = serverMs + 500 - (sentAtMs + receivedAtMs) / 2;
  offsetMs = Math.abs(difference) > TOLERATED_MS ? difference : 0;
}

/** The present in ms since the epoch, by the server's clock. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}
