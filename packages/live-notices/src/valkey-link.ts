import { Cluster, Redis, type RedisOptions } from "ioredis";

export interface ValkeyLinkOptions {
  /** See `connectValkey`. */
  url: string;
  timeoutMs: number;
  onMessage: (channel: string, payload: string) => void;
  /** A connection for subscriptions is there. It has none yet. */
  onReady: () => void;
  /** Subscriptions are lost, or a connection couldn't be made. Another attempt follows. */
  onBreak: () => void;
  onError: (error: unknown) => void;
}

/** A connection for publishing, and one for subscriptions, to a server or to a cluster's nodes. */
export interface ValkeyLink {
  /** Rejects at once while there is no connection. */
  publish(channel: string, payload: string): Promise<unknown>;
  /** The channels must be of one hash slot. Resolves when the server has subscribed. */
  subscribe(channels: readonly string[]): Promise<unknown>;
  /** Also resolves for a channel that isn't subscribed to. */
  unsubscribe(channel: string): Promise<unknown>;
  /** False while the connection for publishing is down. */
  canPublish(): boolean;
  /** Resolves when the connection for publishing is there, or when the first attempt has failed. */
  publisherAttempted: Promise<unknown>;
  /** False between `onBreak` and `onReady`. */
  canSubscribe(): boolean;
  /** Gives the connection for subscriptions up, which is followed by `onBreak`. */
  reconnect(): void;
  close(): void;
}

/** The delay before another attempt. Jitter prevents that all servers reconnect in the same instant. */
const retryDelayMs = (attempt: number): number =>
  Math.min(5_000, 100 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);

/**
 * Connects to `valkey://[user:password@]host:port`, with TLS as `valkeys://`, and to a cluster with
 * `?cluster` at the end. `redis://` and `rediss://` mean the same.
 *
 * The client for subscriptions is replaced as a whole whenever one of its connections ends or slots
 * move to another node: what it would restore by itself can't be waited for.
 */
export function connectValkey(options: ValkeyLinkOptions): ValkeyLink {
  const { onMessage, onReady, onBreak } = options;
  const create = clientFactory(options);
  let isClosed = false;
  const onError = (error: unknown) => {
    if (!isClosed) options.onError(error);
  };
  const publisher = create(retryDelayMs);
  publisher.on("error", onError);
  const publisherAttempted = new Promise((resolve) => {
    publisher.once("ready", resolve).once("close", resolve).once("error", resolve);
  });

  let subscriber: Redis | Cluster | undefined;
  let replace = () => {};
  let failures = 0;
  let retrying: NodeJS.Timeout | undefined;

  function openSubscriber(): void {
    const next = create(() => null);
    let isReplaced = false;
    replace = () => {
      if (isReplaced) return;
      isReplaced = true;
      subscriber = undefined;
      next.disconnect();
      if (isClosed) return;
      onBreak();
      failures += 1;
      retrying = setTimeout(openSubscriber, retryDelayMs(failures));
    };
    const replaceThis = replace;
    next.on("smessage", onMessage).on("error", onError).on("nodeError", onError);
    next.on("close", replaceThis).on("end", replaceThis).on("-subscriber", replaceThis);
    next.on("subscribersReady", () => {
      if (subscriber === next) replaceThis();
    });
    next.on("ready", () => {
      if (isReplaced) return;
      subscriber = next;
      onReady();
    });
  }
  openSubscriber();

  const connected = async () => {
    if (subscriber === undefined) throw new Error("there is no connection to Valkey");
    return subscriber;
  };
  return {
    publish: (channel, payload) => publisher.spublish(channel, payload),
    subscribe: async (channels) => {
      await (await connected()).ssubscribe(...channels);
      failures = 0;
    },
    unsubscribe: async (channel) => (await connected()).sunsubscribe(channel),
    canPublish: () => publisher.status === "ready",
    publisherAttempted,
    canSubscribe: () => subscriber !== undefined,
    reconnect: () => replace(),
    close() {
      isClosed = true;
      clearTimeout(retrying);
      publisher.disconnect();
      replace();
    },
  };
}

type RetryDelay = (attempt: number) => number | null;

function clientFactory({ url: liveUrl, timeoutMs }: ValkeyLinkOptions) {
  const url = new URL(liveUrl);
  const address = { host: url.hostname, port: Number(url.port || 6379) };
  const hasTls = /^(valkeys|rediss):$/.test(url.protocol);
  const options: RedisOptions = {
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    connectionName: "cruddur-live",
    autoResubscribe: false,
    ...(url.username !== "" && { username: decodeURIComponent(url.username) }),
    ...(url.password !== "" && { password: decodeURIComponent(url.password) }),
    ...(hasTls && { tls: { servername: url.hostname } }),
  };
  return (retry: RetryDelay): Redis | Cluster => {
    if (!url.searchParams.has("cluster")) {
      return new Redis({ ...options, ...address, enableOfflineQueue: false, retryStrategy: retry });
    }
    return new Cluster([address], {
      redisOptions: options,
      shardedSubscribers: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: retry,
      // A certificate is made out to a name, so names must not become addresses.
      ...(hasTls && { dnsLookup: (name, done) => done(null, name) }),
    });
  };
}
