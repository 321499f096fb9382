import { CruddurError } from "./errors.ts";

const BASE_MS = 500;
const CAP_MS = 30_000;
const FLOOR_MS = 100;
/** A timer of more than about 25 days would be due at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A wait that somebody else asked for, as a timer can keep it: a server may ask for none, or for years. */
export const boundedMs = (ms: number): number => Math.min(MAX_TIMER_MS, Math.max(FLOOR_MS, ms));

/**
 * Exponential backoff with full jitter, so that many clients that come back don't call at once. The
 * delay is never shorter than what the server asked for.
 * @param tries attempts made so far, from 1
 */
export function retryDelayMs(
  tries: number,
  retryAfterMs: number | null,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(tries, 16));
  const jitter = Math.max(FLOOR_MS, random() * ceiling);
  return retryAfterMs === null ? jitter : retryAfterMs + Math.min(jitter, 1_000);
}

/** Resolves after `ms`. Rejects with the signal's reason when it aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, boundedMs(ms));
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** The same, but sooner when a browser is online again or its page is looked at again. Never rejects. */
export async function waitUntilDueOrActive(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  const { document } = globalThis as { document?: Document };
  const waking = new AbortController();
  const wake = () => waking.abort();
  const wakeVisible = () => {
    if (document?.visibilityState === "visible") wake();
  };
  signal?.addEventListener("abort", wake);
  if (document !== undefined) globalThis.addEventListener("online", wakeVisible);
  document?.addEventListener("visibilitychange", wakeVisible);
  await pause(ms, waking.signal).catch(() => {});
  signal?.removeEventListener("abort", wake);
  if (document !== undefined) globalThis.removeEventListener("online", wakeVisible);
  document?.removeEventListener("visibilitychange", wakeVisible);
}

export interface RetryOptions {
  /** How often a call is tried in all. */
  maxAttempts: number;
  signal?: AbortSignal | undefined;
}

/** Repeats a call that may succeed later without any change. Throws its last error. */
export async function withRetries<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const isPassing = error instanceof CruddurError && error.action === "retry";
      if (!isPassing || attempt >= options.maxAttempts) throw error;
      const { retryAfterSeconds } = error;
      const askedMs = retryAfterSeconds === null ? null : retryAfterSeconds * 1_000;
      await pause(retryDelayMs(attempt, askedMs), options.signal);
    }
  }
}
