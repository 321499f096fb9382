import { LRUCache } from "lru-cache";
import type { Cache } from "./cache.ts";

/** The default cache: in the memory of this process, limited in number and age of entries. */
export function createLruCache(options: { maxItems: number; ttlSeconds: number }): Cache {
  const items = new LRUCache<string, object>({
    max: options.maxItems,
    ttl: options.ttlSeconds * 1000,
  });
  return {
    async getMany<Value>(keys: readonly string[]) {
      return keys.map((key) => items.get(key) as Value | undefined);
    },
    async setMany(entries) {
      for (const [key, value] of entries) items.set(key, value);
    },
    async delete(keys) {
      for (const key of keys) items.delete(key);
    },
    clearOwn: () => items.clear(),
    isHealthy: () => true,
    close: () => items.clear(),
  };
}
