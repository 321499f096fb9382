import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { withAppErrors } from "./errors.ts";

/** The committed migrations, beside `src`. */
const MIGRATIONS_FOLDER = fileURLToPath(new URL("../migrations", import.meta.url));

/** Any number, the same in every process: who holds it migrates, the others wait. */
const MIGRATION_LOCK = 7_263_901;

/**
 * Brings the database's schema up to date. Safe to run from several processes at once: one
 * migrates, the rest wait for it and find nothing to do.
 * @param options.migrationsFolder for a bundle, which has left `src` behind
 */
export async function migrateDb(
  connectionUrl: string,
  { migrationsFolder = MIGRATIONS_FOLDER }: { migrationsFolder?: string } = {},
): Promise<void> {
  const client = new pg.Client({
    connectionString: connectionUrl,
    connectionTimeoutMillis: 10_000,
    application_name: "cruddur-migrate",
  });
  // The rejected query already tells; an unheard "error" event would end the process.
  client.on("error", () => {});
  await withAppErrors(async () => {
    try {
      await client.connect();
      // A lock of the session: it goes with the connection, even when this process is killed.
      await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
      await migrate(drizzle(client), { migrationsFolder });
    } finally {
      await client.end();
    }
  });
}
