import { randomUUID } from "node:crypto";
import { createDatabase as copyDatabase } from "@cruddur/engines/postgres";
import pg from "pg";
import { beforeAll, inject } from "vitest";
import { createDb, type DbClient } from "../src/client.ts";
import { createUsers, type Users } from "../src/users.ts";
import { TEMPLATE } from "./engine.ts";

/** Gives a test file a migrated database of its own, created before its first test. */
export function useUsers(): { client: DbClient; users: Users } {
  const client = {} as DbClient;
  const users = {} as Users;
  beforeAll(async () => {
    const server = { connectionUrl: inject("connectionUrl") };
    const connectionUrl = await copyDatabase(server, newDatabaseName(), TEMPLATE);
    Object.assign(client, createDb({ connectionUrl }));
    Object.assign(users, createUsers(client.db));
    return () => client.close();
  });
  return { client, users };
}

const newDatabaseName = (): string => `test_${randomUUID().replaceAll("-", "")}`;

/** Creates an empty database on the same server and returns its URL. */
export function createDatabase(connectionUrl: string): Promise<string> {
  return copyDatabase({ connectionUrl }, newDatabaseName());
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
