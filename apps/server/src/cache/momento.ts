// `import()` of this module loads it only where Momento is used. The package itself is imported
// statically, because a bundle finds no named exports in a CommonJS package loaded with `import()`.
import {
  CacheClient,
  CacheDeleteResponse,
  CacheGetBatchResponse,
  CacheSetBatchResponse,
  Configurations,
  CredentialProvider,
  NoopMomentoLoggerFactory,
} from "@gomomento/sdk";
import {
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import type { Cache } from "./cache.ts";

export interface MomentoCacheOptions {
  /** Called on first use and again after a failure: the SDK's client connects when it is created. */
  connect: () => Promise<CacheClient>;
  cacheName: string;
  ttlSeconds: number;
  /** Time limit of one call. */
  timeoutMs?: number;
  /** How long no call is made after a failure. */
  openMs?: number;
  onFailure?: (error: unknown) => void;
}

/** Creates the SDK's client, which connects at once. Rejects when it can't connect. */
export function connectMomento(options: {
  apiKey: string;
  ttlSeconds: number;
  timeoutMs: number;
}): Promise<CacheClient> {
  // The SDK would write log lines of its own format to stdout.
  const quiet = new NoopMomentoLoggerFactory();
  return CacheClient.create({
    configuration: Configurations.InRegion.Default.v1(quiet).withClientTimeoutMillis(
      options.timeoutMs,
    ),
    credentialProvider: CredentialProvider.fromString({ apiKey: options.apiKey }),
    defaultTtlSeconds: options.ttlSeconds,
  });
}

/** Momento behind a time limit and a circuit breaker, which one failure opens for `openMs`. */
export function createMomentoCache(options: MomentoCacheOptions): Cache {
  const { cacheName, ttlSeconds, timeoutMs = 150, openMs = 10_000, onFailure = () => {} } = options;
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: openMs,
    breaker: new ConsecutiveBreaker(1),
  });
  const policy = wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));
  policy.onFailure(({ reason }) => onFailure("error" in reason ? reason.error : reason.value));
  let client: Promise<CacheClient> | undefined;
  let healthy = true;
  breaker.onBreak(() => {
    healthy = false;
  });
  breaker.onReset(() => {
    healthy = true;
  });

  /** Resolves to undefined when the call fails or isn't made. */
  const attempt = async <Answer>(
    call: (client: CacheClient) => Promise<Answer>,
  ): Promise<Answer | undefined> => {
    try {
      return await policy.execute(async () => {
        client ??= options.connect().catch((error: unknown) => {
          client = undefined;
          throw error;
        });
        return await call(await client);
      });
    } catch {
      return undefined;
    }
  };

  return {
    async getMany<Value>(keys: readonly string[]) {
      const found = await attempt(async (connected) => {
        const response = await connected.getBatch(cacheName, [...keys]);
        // The SDK returns errors, but the circuit breaker counts thrown ones.
        if (response.type === CacheGetBatchResponse.Error) throw response.innerException();
        return response.values();
      });
      return keys.map((key) => parse<Value>(found?.[key]));
    },
    async setMany(entries) {
      await attempt(async (connected) => {
        const items = new Map(entries.map(([key, value]) => [key, JSON.stringify(value)]));
        const response = await connected.setBatch(cacheName, items, { ttl: ttlSeconds });
        if (response.type === CacheSetBatchResponse.Error) throw response.innerException();
      });
    },
    async delete(keys) {
      await attempt(async (connected) => {
        const responses = await Promise.all(keys.map((key) => connected.delete(cacheName, key)));
        for (const response of responses) {
          if (response.type === CacheDeleteResponse.Error) throw response.innerException();
        }
      });
    },
    clearOwn() {},
    isHealthy: () => healthy,
    close() {
      void client?.then((connected) => connected.close()).catch(() => {});
    },
  };
}

/** A value that isn't JSON, of another program or another version of this one, is a miss. */
function parse<Value>(json: string | undefined): Value | undefined {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as Value;
  } catch {
    return undefined;
  }
}
