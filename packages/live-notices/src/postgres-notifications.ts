import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@cruddur/contract/errors";
import pg from "pg";

/** Postgres refuses payloads of 8000 bytes and more. */
export const NOTIFICATION_MAX_BYTES = 7_999;

export type NotificationHandler = (payload: string) => void;

export interface Notifications {
  /**
   * Sends a payload to every subscriber on every server. Payloads that are published while a query
   * runs are sent together by the next query; Postgres delivers equal payloads of one query once.
   * Throws AppError `unavailable` at once while the connection is down. Nothing is queued for later,
   * because readers read what they missed from the table.
   */
  publish(channel: string, payload: string): Promise<void>;
  /** Resolves once it listens, or once listening has to wait until the connection is restored. */
  subscribe(channel: string, handler: NotificationHandler): Promise<() => Promise<void>>;
  /** The callback runs each time that listening resumes; notifications in between were lost. */
  onReconnect(callback: () => void): () => void;
  /** Resolves once it listens, or once the first attempt has failed; further attempts follow. */
  ready(): Promise<void>;
  /** True while listening on every channel that has a subscriber. */
  isConnected(): boolean;
  close(): Promise<void>;
}

export interface NotificationsOptions {
  connectionUrl: string;
  /** Receives each lost connection, failed attempt and error of a handler. Listening continues. */
  onError: (error: unknown) => void;
  ssl?: pg.ClientConfig["ssl"];
  /** How often an idle connection is tested, so that a dead network is noticed. Default 15000. */
  keepAliveMs?: number;
  timeoutMs?: number;
}

/** Uses LISTEN and NOTIFY on a connection of its own. It connects at once and reconnects when needed. */
export function createNotifications(options: NotificationsOptions): Notifications {
  const { connectionUrl, onError, ssl, keepAliveMs = 15_000, timeoutMs = 5_000 } = options;
  const handlers = new Map<string, Set<NotificationHandler>>();
  const reconnected = new Set<() => void>();
  const closing = new AbortController();
  let client: pg.Client | undefined;
  let isListening = false;
  let pending: { channel: string; payload: string }[] = [];
  let flushing: Promise<unknown> | undefined;
  let tail: Promise<unknown> = Promise.resolve();

  const guard = (work: () => void) => {
    try {
      work();
    } catch (error) {
      onError(error);
    }
  };

  /** Runs one query at a time, because `pg` no longer queues them. Rejects without a connection. */
  function inTurn(query: string | (() => pg.QueryConfig)): Promise<unknown> {
    const turn = tail.then(() => {
      const next = typeof query === "string" ? { text: query } : query();
      if (client === undefined) throw new Error("there is no connection to Postgres");
      return client.query(next);
    });
    tail = turn.catch(() => {});
    return turn;
  }
  const listen = (channel: string) => inTurn(`listen ${pg.escapeIdentifier(channel)}`);

  /** Connects and listens, calls `onListening`, and returns when the connection has ended. */
  async function holdConnection(onListening: () => void): Promise<void> {
    const next = new pg.Client({
      connectionString: connectionUrl,
      ssl,
      keepAlive: true,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      application_name: "cruddur-notifications",
      // A notice that a crash of Postgres loses is followed by a reconnect, and so by a gap.
      options: "-c synchronous_commit=off",
    });
    const ended = new Promise((resolve) => next.once("end", resolve));
    let keepAlive: NodeJS.Timeout | undefined;
    next.on("error", onError);
    next.on("notification", ({ channel, payload = "" }) => {
      for (const handler of handlers.get(channel) ?? []) guard(() => handler(payload));
    });
    try {
      await next.connect();
      client = next;
      await Promise.all([...handlers.keys()].map(listen));
      isListening = true;
      onListening();
      keepAlive = setInterval(() => {
        inTurn("select 1").catch(() => {
          clearInterval(keepAlive);
          next.end().catch(onError);
        });
      }, keepAliveMs);
      if (!closing.signal.aborted) await ended;
    } finally {
      clearInterval(keepAlive);
      isListening = false;
      client = undefined;
      await next.end().catch(() => {});
    }
  }

  async function run(onAttempted: () => void): Promise<void> {
    let failures = 0;
    let hadBreak = false;
    while (!closing.signal.aborted) {
      await holdConnection(() => {
        failures = 0;
        if (hadBreak) for (const callback of reconnected) guard(callback);
        onAttempted();
      }).catch(onError);
      onAttempted();
      hadBreak = true;
      // Jitter prevents that all servers reconnect to a restarted database in the same instant.
      const delayMs = Math.min(5_000, 100 * 2 ** failures) * (0.5 + Math.random() / 2);
      failures += 1;
      await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  }
  let running: Promise<void> = Promise.resolve();
  const attempted = new Promise<void>((resolve) => {
    running = run(resolve);
  });

  /** Takes all payloads that were published before the query starts. */
  function takePending(): pg.QueryConfig {
    const batch = pending;
    pending = [];
    flushing = undefined;
    return {
      text: "select pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as n(channel, payload)",
      values: [batch.map(({ channel }) => channel), batch.map(({ payload }) => payload)],
    };
  }

  return {
    async publish(channel, payload) {
      if (Buffer.byteLength(payload) > NOTIFICATION_MAX_BYTES) {
        throw new RangeError(`a notification holds at most ${NOTIFICATION_MAX_BYTES} bytes`);
      }
      pending.push({ channel, payload });
      flushing ??= inTurn(takePending);
      await flushing.catch((cause: unknown) => {
        throw new AppError("unavailable", { cause, retryAfterSeconds: 1 });
      });
    },

    async subscribe(channel, handler) {
      const known = handlers.get(channel);
      if (known) known.add(handler);
      else handlers.set(channel, new Set([handler]));
      await attempted;
      // Without a connection, the next one listens on this channel from its start.
      if (!known && client) await listen(channel).catch(onError);
      return async () => {
        const left = handlers.get(channel);
        left?.delete(handler);
        if (left?.size !== 0) return;
        handlers.delete(channel);
        if (client) await inTurn(`unlisten ${pg.escapeIdentifier(channel)}`).catch(onError);
      };
    },

    onReconnect(callback) {
      reconnected.add(callback);
      return () => reconnected.delete(callback);
    },

    ready: () => attempted,

    isConnected: () => isListening,

    async close() {
      closing.abort();
      await client?.end().catch(() => {});
      await running;
    },
  };
}
