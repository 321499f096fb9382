/**
 * Keeps what was read for a while. It may forget at any time; a failure is a miss, never an error.
 * Values are plain JSON.
 */
export interface Cache {
  /** One round trip however many; undefined for each miss, in the order of the keys. */
  getMany<Value>(keys: readonly string[]): Promise<(Value | undefined)[]>;
  setMany(entries: readonly (readonly [key: string, value: object])[]): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
  /** False while the cache is known not to answer. */
  isHealthy(): boolean;
  close(): void;
}
