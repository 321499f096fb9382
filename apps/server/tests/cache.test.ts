import {
  CacheClient,
  Configurations,
  CredentialProvider,
  NoopMomentoLoggerFactory,
} from "@gomomento/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Cache } from "../src/cache/cache.ts";
import { createLruCache } from "../src/cache/lru.ts";
import { createMomentoCache, type MomentoCacheOptions } from "../src/cache/momento.ts";
import { readConfig } from "../src/config.ts";
import { startMomentoServer } from "./support/momento-server.ts";

let momento: Awaited<ReturnType<typeof startMomentoServer>>;
const caches: Cache[] = [];
beforeAll(async () => {
  momento = await startMomentoServer();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
afterAll(() => {
  for (const cache of caches) cache.close();
  momento.stop();
});

function connectTo(port: number, options: Partial<MomentoCacheOptions> = {}): Cache {
  const cache = createMomentoCache({
    cacheName: "cruddur",
    ttlSeconds: 600,
    timeoutMs: 60_000,
    connect: () =>
      CacheClient.create({
        configuration: Configurations.Laptop.v1(new NoopMomentoLoggerFactory()),
        credentialProvider: CredentialProvider.forMomentoLocal({ hostname: "127.0.0.1", port }),
        defaultTtlSeconds: 600,
      }),
    ...options,
  });
  caches.push(cache);
  return cache;
}

/** Until the end of the test, the clock and the timers move only when the test moves them. */
function holdClock(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.spyOn(performance, "now").mockImplementation(() => Date.now());
}
function moveClock(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1_000);
  // The LRU cache reads the clock again only after a millisecond.
  vi.advanceTimersByTime(1);
}

describe.each([
  ["in process", () => createLruCache({ maxItems: 100, ttlSeconds: 600 })],
  ["Momento", () => connectTo(momento.port)],
])("the cache contract: %s", (_name, create) => {
  test("returns what was set and undefined for the rest, in the order of the keys", async () => {
    const cache = create();
    await cache.setMany([
      ["a", { n: 1, text: "ünïcode 👋" }],
      ["b", { list: [1, null] }],
    ]);
    expect(await cache.getMany(["b", "none", "a"])).toEqual([
      { list: [1, null] },
      undefined,
      { n: 1, text: "ünïcode 👋" },
    ]);
    expect(await cache.getMany([])).toEqual([]);
  });

  test("returns nothing for a deleted key", async () => {
    const cache = create();
    await cache.setMany([["gone", { n: 1 }]]);
    await cache.delete(["gone", "never-there"]);
    expect(await cache.getMany(["gone"])).toEqual([undefined]);
  });

  test("returns the value that was set last", async () => {
    const cache = create();
    await cache.setMany([["k", { n: 1 }]]);
    await cache.setMany([["k", { n: 2 }]]);
    expect(await cache.getMany(["k"])).toEqual([{ n: 2 }]);
  });

  test("returns nothing after the time to live, which is in seconds", async () => {
    holdClock();
    const cache = create();
    await cache.setMany([["short", { n: 1 }]]);
    moveClock(599);
    expect(await cache.getMany(["short"])).toEqual([{ n: 1 }]);
    moveClock(2);
    expect(await cache.getMany(["short"])).toEqual([undefined]);
  });

  test("is healthy while it answers", () => {
    expect(create().isHealthy()).toBe(true);
  });
});

test("Momento keeps an entry for 600 seconds by default", () => {
  const config = readConfig({
    CONNECTION_URL: "postgres://localhost/cruddur",
    AWS_COGNITO_USER_POOL_ID: "us-east-1_AbC123",
    AWS_COGNITO_CLIENT_ID: "client",
  });
  expect([config.MOMENTO_CACHE_NAME, config.MOMENTO_TTL_SECONDS]).toEqual(["cruddur", 600]);
});

describe("Momento when it doesn't answer", () => {
  test("costs one limited wait, is then skipped, and is used again when it answers", async () => {
    const failures: unknown[] = [];
    const cache = connectTo(momento.port, {
      timeoutMs: 200,
      openMs: 60_000,
      onFailure: (error) => failures.push(error),
    });
    holdClock();
    await cache.setMany([["k", { n: 1 }]]);
    momento.hang();
    const callsBefore = momento.calls();
    const first = cache.getMany(["k"]);
    await expect.poll(() => momento.calls() - callsBefore).toBe(1);
    vi.advanceTimersByTime(200);
    expect(await first).toEqual([undefined]);
    for (let n = 0; n < 50; n += 1) expect(await cache.getMany(["k"])).toEqual([undefined]);
    expect([momento.calls() - callsBefore, failures.length]).toEqual([1, 1]);
    expect(cache.isHealthy()).toBe(false);
    momento.resume();
    moveClock(60);
    await cache.setMany([["k", { n: 2 }]]);
    expect(await cache.getMany(["k"])).toEqual([{ n: 2 }]);
    expect(cache.isHealthy()).toBe(true);
  });

  test("makes reads misses and drops writes where nothing listens", async () => {
    const failures: unknown[] = [];
    const cache = connectTo(1, {
      timeoutMs: 200,
      openMs: 60_000,
      onFailure: (error) => failures.push(error),
    });
    await cache.setMany([["k", { n: 1 }]]);
    expect(await cache.getMany(["k"])).toEqual([undefined]);
    await cache.delete(["k"]);
    // One limited wait, after which no call is made.
    expect(failures).toHaveLength(1);
  });
});
