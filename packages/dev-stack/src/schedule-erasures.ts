import type { Log } from "@cruddur/contract/json-log";
import { createDb } from "@cruddur/db/client";
import type { Table } from "@cruddur/ddb/access-pattern";
import { eraseDuePeople } from "@cruddur/own-data/erase-due-people";
import { type ErasurePool, openErasure } from "@cruddur/own-data/open-erasure";

const INTERVAL_MS = 3_600_000;

/**
 * Erases the people whose erasure is due, at the start and once an hour, as a schedule does on AWS. A run
 * that fails is logged, and the next run continues it.
 * @returns a function that ends the schedule and waits for a running erasure
 */
export function scheduleErasures(options: {
  table: Table;
  connectionUrl: string;
  pool: ErasurePool;
  log: Log;
}): () => Promise<void> {
  const { table, connectionUrl, pool, log } = options;
  const postgres = createDb({ connectionUrl, max: 1 });
  const closing = new AbortController();
  const { signal } = closing;
  const erasure = openErasure({ table, db: postgres.db, pool, signal });
  const run = async () => {
    try {
      const { erased, failed } = await eraseDuePeople(erasure.parts);
      for (const user_uuid of erased) log({ level: "info", event: "erased", user_uuid });
      for (const { user_uuid, error } of failed) {
        log({ level: "warn", event: "not_erased", user_uuid, error: (error as Error).name });
      }
    } catch (error) {
      log({ level: "warn", event: "erasures_unknown", error: (error as Error).name });
    }
  };
  let running = run();
  const timer = setInterval(() => {
    running = running.then(run);
  }, INTERVAL_MS);
  return async () => {
    clearInterval(timer);
    closing.abort();
    await running;
    erasure.close();
    await postgres.close();
  };
}
