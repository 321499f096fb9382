// Nothing of a CommonJS package is found under its name when a bundle imports it with `import()`, so
// the whole module is imported so, and the package plainly.
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
  /** Connects on first use; a factory, since the SDK's own connects at once and rejects. */
  connect: () => Promise<CacheClient>;
  cacheName: string;
  ttlSeconds: number;
  /** Longest wait for one call. */
  timeoutMs?: number;
  /** How long nothing is asked after a failure. */
  openMs?: number;
  onFailure?: (error: unknown) => void;
}

/** The SDK's client; connects at once and rejects when it can't. */
export function connectMomento(options: {
  apiKey: string;
  ttlSeconds: number;
  timeoutMs: number;
}): Promise<CacheClient> {
  // The SDK's own log lines would go to stdout in a form of their own.
  const quiet = new NoopMomentoLoggerFactory();
  return CacheClient.create({
    configuration: Configurations.InRegion.Default.v1(quiet).withClientTimeoutMillis(
      options.timeoutMs,
    ),
    credentialProvider: CredentialProvider.fromString({ apiKey: options.apiKey }),
    defaultTtlSeconds: options.ttlSeconds,
  });
}

/** Momento behind a bounded wait and a circuit: one failure, then nothing is asked for a while. */
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

  const ask = async <Answer>(
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
      const found = await ask(async (connected) => {
        const response = await connected.getBatch(cacheName, [...keys]);
        // The SDK returns errors; the circuit counts what is thrown.
        if (response.type === CacheGetBatchResponse.Error) throw response.innerException();
        return response.values();
      });
      return keys.map((key) => parse<Value>(found?.[key]));
    },
    async setMany(entries) {
      await ask(async (connected) => {
        const items = new Map(entries.map(([key, value]) => [key, JSON.stringify(value)]));
        const response = await connected.setBatch(cacheName, items, { ttl: ttlSeconds });
        if (response.type === CacheSetBatchResponse.Error) throw response.innerException();
      });
    },
    async delete(keys) {
      await ask(async (connected) => {
        const responses = await Promise.all(keys.map((key) => connected.delete(cacheName, key)));
        for (const response of responses) {
          if (response.type === CacheDeleteResponse.Error) throw response.innerException();
        }
      });
    },
    isHealthy: () => healthy,
    close() {
      void client?.then((connected) => connected.close()).catch(() => {});
    },
  };
}

/** A value that another version of the program wrote in another form is a miss. */
function parse<Value>(json: string | undefined): Value | undefined {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as Value;
  } catch {
    return undefined;
  }
}
