import pg from "pg";
import { withAppErrors } from "./errors.ts";

/** The database that every Postgres server has. A connection cannot create or drop its own database. */
export const MAINTENANCE_DATABASE = "postgres";

/** Creates the database that the URL names. @returns false when it existed already */
export async function createDatabase(connectionUrl: string): Promise<boolean> {
  return withMaintenance(connectionUrl, async (client, database) => {
    if (await exists(client, database)) return false;
    await client.query(`create database ${pg.escapeIdentifier(database)} encoding 'UTF8'`);
    return true;
  });
}

/** Drops the database that the URL names and ends its connections. @returns false when there was none */
export async function dropDatabase(connectionUrl: string): Promise<boolean> {
  return withMaintenance(connectionUrl, async (client, database) => {
    if (!(await exists(client, database))) return false;
    await client.query(`drop database if exists ${pg.escapeIdentifier(database)} with (force)`);
    return true;
  });
}

async function withMaintenance<Result>(
  connectionUrl: string,
  work: (client: pg.Client, database: string) => Promise<Result>,
): Promise<Result> {
  const url = new URL(connectionUrl);
  const database = decodeURIComponent(url.pathname.slice(1));
  url.pathname = `/${MAINTENANCE_DATABASE}`;
  const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 10_000 });
  // The rejected query reports a lost connection; an unhandled "error" event would end the process.
  client.on("error", () => {});
  return withAppErrors(async () => {
    try {
      await client.connect();
      return await work(client, database);
    } finally {
      await client.end();
    }
  });
}

async function exists(client: pg.Client, database: string): Promise<boolean> {
  const { rowCount } = await client.query("select from pg_database where datname = $1", [database]);
  return rowCount === 1;
}
