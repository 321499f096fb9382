import { randomUUID } from "node:crypto";
import { startPostgres } from "@cruddur/engines/postgres";
import pg from "pg";
import { beforeAll } from "vitest";
import { createDb, type DbClient } from "../src/client.ts";
import { migrateDb } from "../src/migrate.ts";
import { createUsers, type Users } from "../src/users.ts";

/** Gives a test file a migrated database, created before its first test and deleted after its last. */
export function useUsers(): { client: DbClient; users: Users } {
  const client = {} as DbClient;
  const users = {} as Users;
  beforeAll(async () => {
    const postgres = await startPostgres();
    const connectionUrl = await createDatabase(postgres.connectionUrl);
    await migrateDb(connectionUrl);
    Object.assign(client, createDb({ connectionUrl }));
    Object.assign(users, createUsers(client.db));
    return async () => {
      await client.close();
      await postgres.stop();
    };
  });
  return { client, users };
}

/** Returns the URL of a database on the same server that does not exist yet. */
function newDatabaseUrl(connectionUrl: string): string {
  const url = new URL(connectionUrl);
  url.pathname = `/test_${randomUUID().replaceAll("-", "")}`;
  return url.href;
}

/** Creates an empty database on the same server and returns its URL. */
export async function createDatabase(connectionUrl: string): Promise<string> {
  const url = newDatabaseUrl(connectionUrl);
  await query(connectionUrl, `create database ${new URL(url).pathname.slice(1)}`);
  return url;
}

/** Runs one statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  connectionUrl: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: connectionUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
