import { readFile } from "node:fs/promises";
import { handleSkeleton } from "@cruddur/contract/handles";
import { type PostgresEngine, startPostgres } from "@cruddur/engines/postgres";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDb } from "../src/client.ts";
import { migrateDb } from "../src/migrate.ts";
import { skeletonOf } from "../src/schema.ts";
import { createUsers } from "../src/users.ts";
import { createDatabase, query } from "./support.ts";

let postgres: PostgresEngine;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

test("five processes that migrate an empty database at once migrate it once", async () => {
  const connectionUrl = await createDatabase(postgres.connectionUrl);
  await Promise.all(Array.from({ length: 5 }, () => migrateDb(connectionUrl)));
  const applied = await query(connectionUrl, "select * from drizzle.__drizzle_migrations");
  const journal = new URL("../migrations/meta/_journal.json", import.meta.url);
  const { entries } = JSON.parse(await readFile(journal, "utf8")) as { entries: unknown[] };
  expect(applied).toHaveLength(entries.length);
  await migrateDb(connectionUrl);
  expect(await query(connectionUrl, "select * from drizzle.__drizzle_migrations")).toEqual(applied);
});

test("people who already look alike keep their handles, and nobody else can take one of that look", async () => {
  const connectionUrl = await createDatabase(postgres.connectionUrl);
  await migrateDb(connectionUrl);
  const insert = (...handles: string[]) =>
    query(
      connectionUrl,
      `insert into users (display_name, handle, email, created_at)
        select 'x', handle, handle || '@example.com', now() + n * interval '1 day'
        from unnest($1::text[]) with ordinality as new(handle, n)`,
      [handles],
    );
  await query(connectionUrl, "drop index users_handle_skeleton_unique");
  await insert("londo", "Iondo", "1ondo", "mira");
  const migration = new URL("../migrations/0002_handle_skeletons.sql", import.meta.url);
  await query(connectionUrl, await readFile(migration, "utf8"));
  for (const alike of ["Lond0", "rnira", "M1RA".replace("1", "I")]) {
    await expect(insert(alike)).rejects.toMatchObject({
      constraint: expect.stringMatching(/^users_handle_(skeleton_)?unique$/),
    });
  }
  await insert("vir", "delenn");
});

test("the database sees in every handle what the contract sees", async () => {
  const connectionUrl = await createDatabase(postgres.connectionUrl);
  const handles = ["Iondo", "MIRA", "rnira", "a1b0.C-d_m", "OoIl10mM"];
  const db = createDb({ connectionUrl, max: 1 });
  const { rows } = await db.db.execute(
    sql`select ${skeletonOf(sql`handle`)} as skeleton from unnest(${sql.param(handles)}::text[]) as given(handle)`,
  );
  await db.close();
  expect(rows.map(({ skeleton }) => skeleton)).toEqual(handles.map(handleSkeleton));
});

test("the database refuses a handle, email or account id that is in use", async () => {
  const connectionUrl = await createDatabase(postgres.connectionUrl);
  await migrateDb(connectionUrl);
  const insert = (handle: string, email: string, sub: string) =>
    query(
      connectionUrl,
      "insert into users (display_name, handle, email, cognito_user_id) values ('x', $1, $2, $3)",
      [handle, email, sub],
    );
  await insert("londo", "l@example.com", "s1");
  const taken: [handle: string, email: string, sub: string][] = [
    ["LONDO", "a@example.com", "s2"],
    ["a", "L@EXAMPLE.com", "s2"],
    ["a", "a@example.com", "s1"],
  ];
  for (const row of taken) {
    await expect(insert(...row)).rejects.toMatchObject({ code: "23505" });
  }
});

test("a database that cannot be reached is `unavailable`, and the error contains no values", async () => {
  const down = createDb({
    connectionUrl: "postgres://postgres:secret@127.0.0.1:1/postgres",
    timeoutMs: 500,
  });
  const users = createUsers(down.db);
  const failure = await users.findUserBySub("sub-1").catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: "AppError", code: "unavailable" });
  expect(String(failure)).not.toContain("sub-1");
  expect(await down.isHealthy()).toBe(false);
  await down.close();
  await expect(migrateDb("postgres://postgres:secret@127.0.0.1:1/postgres")).rejects.toMatchObject({
    code: "unavailable",
  });
});

test("the pool replaces a connection that the server ends", async () => {
  const connectionUrl = await createDatabase(postgres.connectionUrl);
  const errors: Error[] = [];
  const client = createDb({ connectionUrl, onError: (error) => errors.push(error) });
  expect(await client.isHealthy()).toBe(true);
  await query(
    postgres.connectionUrl,
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
    [new URL(connectionUrl).pathname.slice(1)],
  );
  await expect.poll(() => errors.length).toBe(1);
  expect(await client.isHealthy()).toBe(true);
  await client.close();
});
