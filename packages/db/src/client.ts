import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import * as schema from "./schema.ts";

export type Db = NodePgDatabase<typeof schema>;

export interface DbClient {
  db: Db;
  pool: pg.Pool;
  /** Makes one round trip, for health checks. Returns false instead of throwing. */
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}

export interface DbOptions {
  connectionUrl: string;
  /** As in `pg`: `true` verifies the server's certificate. What the URL says takes precedence. */
  ssl?: pg.PoolConfig["ssl"];
  /** The maximum number of connections of this process. Default 10. */
  max?: number;
  /** The longest time for a statement, and for a connection to become free. Default 5000. */
  timeoutMs?: number;
  /** Receives the error of an idle connection that broke. The pool replaces the connection. */
  onError?: (error: Error) => void;
}

/** Creates a pool, which connects when it is first used. */
export function createDb({
  connectionUrl,
  ssl,
  max = 10,
  timeoutMs = 5_000,
  onError = () => {},
}: DbOptions): DbClient {
  const pool = new pg.Pool({
    connectionString: connectionUrl,
    ssl,
    max,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    // Longer than the statement's timeout, so that it fires only when the network is gone.
    query_timeout: timeoutMs + 1_000,
    keepAlive: true,
    application_name: "cruddur",
    // How similar two words have to be so that the search treats one as a typo (`searchUsers`).
    options: "-c pg_trgm.word_similarity_threshold=0.3",
  });
  // Without a listener, a broken idle connection would end the process.
  pool.on("error", onError);
  return {
    db: drizzle(pool, { schema }),
    pool,
    isHealthy: () =>
      pool.query("select 1").then(
        () => true,
        () => false,
      ),
    close: () => pool.end(),
  };
}
