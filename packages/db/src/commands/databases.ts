import { CliError } from "@cruddur/command-line/cli-error";
import pg from "pg";
import { withAppErrors } from "../errors.ts";
import type { DatabaseTarget } from "./database-target.ts";

/** The database that every server has; one can't create or drop what one is connected to. */
const MAINTENANCE_DATABASE = "postgres";

async function withMaintenance<Result>(
  { connectionUrl }: DatabaseTarget,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const url = new URL(connectionUrl);
  url.pathname = `/${MAINTENANCE_DATABASE}`;
  const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  return withAppErrors(async () => {
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.end();
    }
  });
}

async function exists(client: pg.Client, database: string): Promise<boolean> {
  const { rowCount } = await client.query("select from pg_database where datname = $1", [database]);
  return rowCount === 1;
}

/** @returns false when it was there already */
export async function createDatabase(target: DatabaseTarget): Promise<boolean> {
  return withMaintenance(target, async (client) => {
    if (await exists(client, target.database)) return false;
    await client.query(`create database ${pg.escapeIdentifier(target.database)} encoding 'UTF8'`);
    return true;
  });
}

/** Ends its connections too. @returns false when there was none */
export async function dropDatabase(target: DatabaseTarget): Promise<boolean> {
  if (target.database === MAINTENANCE_DATABASE) {
    throw new CliError(`${MAINTENANCE_DATABASE} is the server's own database and stays`);
  }
  return withMaintenance(target, async (client) => {
    if (!(await exists(client, target.database))) return false;
    await client.query(
      `drop database if exists ${pg.escapeIdentifier(target.database)} with (force)`,
    );
    return true;
  });
}
