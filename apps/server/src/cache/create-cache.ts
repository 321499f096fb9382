import type { Config } from "../config.ts";
import type { Cache } from "./cache.ts";
import { createLruCache } from "./lru.ts";

const MOMENTO_TIMEOUT_MS = 150;

/** Momento where a token is set, otherwise the memory of this process. Loads Momento's SDK only if needed. */
export async function createCache(
  config: Pick<
    Config,
    | "MOMENTO_AUTH_TOKEN"
    | "MOMENTO_CACHE_NAME"
    | "MOMENTO_TTL_SECONDS"
    | "CACHE_TTL_SECONDS"
    | "CACHE_MAX_ITEMS"
  >,
  onFailure: (error: unknown) => void,
): Promise<Cache> {
  const apiKey = config.MOMENTO_AUTH_TOKEN;
  if (apiKey === undefined) {
    return createLruCache({
      maxItems: config.CACHE_MAX_ITEMS,
      ttlSeconds: config.CACHE_TTL_SECONDS,
    });
  }
  const { connectMomento, createMomentoCache } = await import("./momento.ts");
  const ttlSeconds = config.MOMENTO_TTL_SECONDS;
  return createMomentoCache({
    cacheName: config.MOMENTO_CACHE_NAME,
    ttlSeconds,
    timeoutMs: MOMENTO_TIMEOUT_MS,
    onFailure,
    connect: () => connectMomento({ apiKey, ttlSeconds, timeoutMs: MOMENTO_TIMEOUT_MS }),
  });
}
