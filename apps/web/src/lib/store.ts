import { useSyncExternalStore } from "react";

/** An observable value, for state that code outside React also reads and writes. */
export interface Store<T> {
  get(): T;
  set(next: T): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Reads a store in a component, which renders again when the value is replaced. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** Reads one entry of a store's map. Another entry that is replaced does not render the component again. */
export function useEntry<V>(store: Store<ReadonlyMap<string, V>>, key: string): V | undefined {
  return useSyncExternalStore(store.subscribe, () => store.get().get(key));
}
