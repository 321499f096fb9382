import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import * as schema from "./schema.ts";

export type Db = NodePgDatabase<typeof schema>;

export interface DbClient {
  db: Db;
  pool: pg.Pool;
  /** One round trip. False rather than an error, for health checks. */
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}

export interface DbOptions {
  connectionUrl: string;
  /** As in `pg`: `true` verifies the server's certificate. Overrides nothing the URL says. */
  ssl?: pg.PoolConfig["ssl"];
  /** Most connections of this process. Default 10. */
  max?: number;
  /** How long a statement, and a wait for a connection, may take. Default 5000. */
  timeoutMs?: number;
  /** An idle connection broke. The pool replaces it; worth a log line. */
  onError?: (error: Error) => void;
}

/** Opens a pool. Connects on first use, so a database that is down shows in `isHealthy` first. */
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
    // Longer than the statement's, so that this one fires only when the network is gone.
    query_timeout: timeoutMs + 1_000,
    keepAlive: true,
    application_name: "cruddur",
    // How alike two words must be for the search to count it a typo (`searchUsers`).
    options: "-c pg_trgm.word_similarity_threshold=0.3",
  });
  // Without a listener a broken idle connection would end the process.
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
