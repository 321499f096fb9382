import { createDb } from "@cruddur/db/client";
import type { Table } from "@cruddur/ddb/access-pattern";
import { eraseDue } from "@cruddur/own-data/erase-due";
import { type ErasurePool, openErasure } from "@cruddur/own-data/open-erasure";

const INTERVAL_MS = 3_600_000;

/**
 * Erases, once an hour, the accounts whose 7 days are over, as a schedule does on AWS. A run that fails
 * is logged, and the next one goes on where it stopped.
 * @returns ends it
 */
export function eraseDueAccounts(options: {
  table: Table;
  connectionUrl: string;
  pool: ErasurePool;
  log: (line: Record<string, unknown>) => void;
}): () => Promise<void> {
  const { table, connectionUrl, pool, log } = options;
  const postgres = createDb({ connectionUrl, max: 1 });
  const erasure = openErasure({ table, db: postgres.db, pool });
  const run = async () => {
    try {
      const { erased, failed } = await eraseDue(erasure.parts);
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
    await running;
    erasure.close();
    await postgres.close();
  };
}
