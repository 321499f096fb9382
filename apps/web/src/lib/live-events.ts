import type { LiveEvent } from "@cruddur/contract/live-events";
import { useEffect, useEffectEvent } from "react";

type EventOf<Type extends LiveEvent["type"]> = Extract<LiveEvent, { type: Type }>;
type Listener<Type extends LiveEvent["type"]> = (event: EventOf<Type>) => void;
type Listeners = { readonly [Type in LiveEvent["type"]]: Set<Listener<Type>> };

/** Has every type of the contract: the compiler refuses this map when a new type is missing. */
const listeners: Listeners = {
  ready: new Set(),
  resync: new Set(),
  message: new Set(),
  message_changed: new Set(),
  message_hidden: new Set(),
  read: new Set(),
  typing: new Set(),
  message_group_changed: new Set(),
  group_changed: new Set(),
  group_left: new Set(),
  user: new Set(),
  signed_out: new Set(),
};

/**
 * Calls back for each live event of a type, in order of arrival. `ready`: the live connection is open;
 * what was missed follows as events or as a `resync`. `resync`: more was missed than is delivered again, so cached
 * data must be read again.
 * @returns unsubscribe
 */
export function onLiveEvent<Type extends LiveEvent["type"]>(
  type: Type,
  callback: Listener<Type>,
): () => void {
  // A new function, so that a callback that is registered twice is called twice.
  const listener: Listener<Type> = (event) => callback(event);
  listeners[type].add(listener);
  return () => {
    listeners[type].delete(listener);
  };
}

/** `onLiveEvent` while the component is mounted. The callback may change. */
export function useLiveEvent<Type extends LiveEvent["type"]>(
  type: Type,
  callback: Listener<Type>,
): void {
  const latest = useEffectEvent(callback);
  useEffect(() => onLiveEvent(type, (event) => latest(event)), [type]);
}

/** Calls all listeners of the event's type. An unknown type of a newer server has none. */
export function emitLiveEvent<Type extends LiveEvent["type"]>(event: EventOf<Type>): void {
  const ofType: Listeners[Type] | undefined = listeners[event.type as Type];
  for (const listener of [...(ofType ?? [])]) listener(event);
}
