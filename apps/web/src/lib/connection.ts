import { createStore, useStore } from "./store.ts";

/** A gap shorter than this says nothing: phones and laptops have them all the time. */
const LOST_AFTER_MS = 5_000;
const RECONNECTED_SHOWN_MS = 3_000;

/**
 * `reconnecting` once the live connection has been gone for five seconds; `reconnected` for a
 * moment after that has ended.
 */
export type ConnectionState = "online" | "reconnecting" | "reconnected";

export const connectionState = createStore<ConnectionState>("online");
let timer: ReturnType<typeof setTimeout> | undefined;
let isLost = false;

/** The live connection broke, or hasn't come up yet. Saying it again changes nothing. */
export function connectionLost(): void {
  if (isLost) return;
  isLost = true;
  clearTimeout(timer);
  timer = setTimeout(() => connectionState.set("reconnecting"), LOST_AFTER_MS);
}

/** The live connection is up. */
export function connectionRestored(): void {
  if (!isLost) return;
  isLost = false;
  clearTimeout(timer);
  if (connectionState.get() !== "reconnecting") return;
  connectionState.set("reconnected");
  timer = setTimeout(() => connectionState.set("online"), RECONNECTED_SHOWN_MS);
}

/** Nobody is signed in: there is nothing to be connected to. */
export function connectionUnused(): void {
  isLost = false;
  clearTimeout(timer);
  connectionState.set("online");
}

export function useConnection(): ConnectionState {
  return useStore(connectionState);
}
