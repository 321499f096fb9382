import { createStore, useStore } from "./store.ts";

/** A shorter gap is not shown, because phones and laptops have many of them. */
const LOST_AFTER_MS = 5_000;
const RECONNECTED_SHOWN_MS = 3_000;

/**
 * `reconnecting`: the live connection has been lost for five seconds. `reconnected`: it has just
 * been restored.
 */
export type ConnectionState = "online" | "reconnecting" | "reconnected";

export const connectionState = createStore<ConnectionState>("online");
let timer: ReturnType<typeof setTimeout> | undefined;
let isLost = false;

/** The live connection broke or is not open yet. A repeated call changes nothing. */
export function reportConnectionLost(): void {
  if (isLost) return;
  isLost = true;
  clearTimeout(timer);
  timer = setTimeout(() => connectionState.set("reconnecting"), LOST_AFTER_MS);
}

/** The live connection is open. */
export function reportConnectionRestored(): void {
  if (!isLost) return;
  isLost = false;
  clearTimeout(timer);
  if (connectionState.get() !== "reconnecting") return;
  connectionState.set("reconnected");
  timer = setTimeout(() => connectionState.set("online"), RECONNECTED_SHOWN_MS);
}

/** Nobody is signed in, so no live connection is needed. */
export function resetConnection(): void {
  isLost = false;
  clearTimeout(timer);
  connectionState.set("online");
}

export function useConnection(): ConnectionState {
  return useStore(connectionState);
}
