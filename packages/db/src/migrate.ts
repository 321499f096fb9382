import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { withAppErrors } from "./errors.ts";

/** The committed migrations, in the directory next to `src`. */
const MIGRATIONS_FOLDER = fileURLToPath(new URL("../migrations", import.meta.url));

/** An arbitrary number that all processes share: whoever holds this lock migrates, the others wait. */
const MIGRATION_LOCK = 7_263_901;

/**
 * Brings the database's schema up to date. Several processes can run it at once: one migrates, the
 * others wait and then find nothing to do.
 * @param options.migrationsFolder where a bundle, which has no `src`, keeps the migrations
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
  // The rejected query reports a lost connection; an unhandled "error" event would end the process.
  client.on("error", () => {});
  await withAppErrors(async () => {
    try {
      await client.connect();
      // The lock belongs to the session, so it ends with the connection even when this process is killed.
      await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
      await migrate(drizzle(client), { migrationsFolder });
    } finally {
      await client.end();
    }
  });
}
