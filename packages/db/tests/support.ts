import { randomUUID } from "node:crypto";
import pg from "pg";

/** The URL of a database that doesn't exist yet, on the same server. */
export function newDatabaseUrl(connectionUrl: string): string {
  const url = new URL(connectionUrl);
  url.pathname = `/test_${randomUUID().replaceAll("-", "")}`;
  return url.href;
}

/** An empty database on the same server. */
export async function createDatabase(connectionUrl: string): Promise<string> {
  const url = newDatabaseUrl(connectionUrl);
  await query(connectionUrl, `create database ${new URL(url).pathname.slice(1)}`);
  return url;
}

/** One statement on a connection of its own. */
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
