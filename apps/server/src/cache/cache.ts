/**
 * Keeps values for a while. An entry may disappear at any time, and a failure of the cache is a
 * miss, never an error. Values are plain JSON.
 */
export interface Cache {
  /** One round trip for any number of keys. In the order of the keys, undefined for each miss. */
  getMany<Value>(keys: readonly string[]): Promise<(Value | undefined)[]>;
  setMany(entries: readonly (readonly [key: string, value: object])[]): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
  /** Forgets what this process alone holds. A shared cache is kept right by whoever changes something. */
  clearOwn(): void;
  /** False while the cache is known to be unreachable. */
  isHealthy(): boolean;
  close(): void;
}
