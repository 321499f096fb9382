const BASE_MS = 500;
const CAP_MS = 30_000;
const FLOOR_MS = 100;

/**
 * Full jitter, so that many clients coming back don't knock at once; never before `Retry-After`.
 * @param tries attempts made so far, from 1
 */
export function retryDelayMs(
  tries: number,
  retryAfterMs: number | null,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(tries, 16));
  const jitter = Math.max(FLOOR_MS, random() * ceiling);
  return retryAfterMs === null ? jitter : retryAfterMs + Math.min(jitter, 1000);
}
