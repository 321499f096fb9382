import type { LiveEvent } from "@cruddur/contract/live-events";
import { useEffect, useEffectEvent } from "react";

type EventOf<Type extends LiveEvent["type"]> = Extract<LiveEvent, { type: Type }>;
type Listener = (event: LiveEvent) => void;

const listeners = new Map<LiveEvent["type"], Set<Listener>>();

/**
 * Calls back for each live event of a type, in order of arrival. `ready`: the live connection is open
 * and all missed events were delivered. `resync`: more was missed than is delivered again, so cached
 * data must be read again.
 * @returns unsubscribe
 */
export function onLiveEvent<Type extends LiveEvent["type"]>(
  type: Type,
  callback: (event: EventOf<Type>) => void,
): () => void {
  const listener = callback as Listener;
  const ofType = listeners.get(type) ?? new Set();
  listeners.set(type, ofType.add(listener));
  return () => {
    ofType.delete(listener);
  };
}

/** `onLiveEvent` while the component is mounted. The callback may change. */
export function useLiveEvent<Type extends LiveEvent["type"]>(
  type: Type,
  callback: (event: EventOf<Type>) => void,
): void {
  const latest = useEffectEvent(callback);
  useEffect(() => onLiveEvent(type, (event) => latest(event)), [type]);
}

/** Calls all listeners of the event's type. */
export function emitLiveEvent(event: LiveEvent): void {
  for (const listener of [...(listeners.get(event.type) ?? [])]) listener(event);
}
