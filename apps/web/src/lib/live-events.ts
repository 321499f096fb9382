import type { LiveEvent } from "@cruddur/contract/live-events";
import { useEffect, useEffectEvent } from "react";

type EventOf<Type extends LiveEvent["type"]> = Extract<LiveEvent, { type: Type }>;
type Listener = (event: LiveEvent) => void;

const listeners = new Map<LiveEvent["type"], Set<Listener>>();

/**
 * Calls back for each live event of a type, in the order they came.
 * `ready` means: connected (again), nothing missed. `resync` means: more was missed than is
 * replayed, so what is cached must be read again.
 * @returns how to stop
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

/** `onLiveEvent` for as long as the component is there; the callback may change. */
export function useLiveEvent<Type extends LiveEvent["type"]>(
  type: Type,
  callback: (event: EventOf<Type>) => void,
): void {
  const latest = useEffectEvent(callback);
  useEffect(() => onLiveEvent(type, (event) => latest(event)), [type]);
}

/** Hands an event to everyone who asked for its type. */
export function emitLiveEvent(event: LiveEvent): void {
  for (const listener of [...(listeners.get(event.type) ?? [])]) listener(event);
}
