import { createDb } from "@cruddur/db/client";
import { createUsers } from "@cruddur/db/users";
import { type PostgresEngine, startPostgres } from "@cruddur/engines/postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "../support.ts";

let postgres: PostgresEngine;
let CONNECTION_URL: string;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = new URL(postgres.connectionUrl);
  url.pathname = "/cruddur-test";
  CONNECTION_URL = url.href;
});
afterAll(() => postgres?.stop());

const db = (args: string[], input?: string) => runProgram("db", args, { CONNECTION_URL }, input);

async function uuids(args: string[]): Promise<Record<string, string>> {
  const { stdout, stderr, exitCode } = await db([...args, "--json"]);
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  const rows: { handle: string; uuid: string }[] = JSON.parse(stdout);
  return Object.fromEntries(rows.map((row) => [row.handle, row.uuid]));
}

test("each command names the step that is missing before it, and can be repeated", async () => {
  expect(await db(["seed"])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("pnpm db create"),
  });
  expect(await db(["create"])).toMatchObject({ exitCode: 0, stdout: "cruddur-test created" });
  expect(await db(["create"])).toMatchObject({
    exitCode: 0,
    stdout: "cruddur-test exists already",
  });
  expect(await db(["seed"])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("pnpm db schema-load"),
  });
  expect(await db(["schema-load", "--json"])).toMatchObject({
    exitCode: 0,
    stdout: '{"database":"cruddur-test"}',
  });
  const first = await uuids(["seed"]);
  expect(Object.keys(first)).toEqual(["andrewbrown", "bayko", "londo", "mira"]);
  expect(await uuids(["seed"])).toEqual(first);
  expect(await db(["drop", "--prod"])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("--yes"),
  });
  expect(await uuids(["seed"])).toEqual(first);
  expect(await db(["drop", "--prod", "--yes"])).toMatchObject({
    exitCode: 0,
    stdout: "cruddur-test dropped",
  });
  expect(await db(["drop"])).toMatchObject({ exitCode: 0, stdout: "cruddur-test did not exist" });
});

test("setup works on an empty server, and repeating it keeps the uuids, even after a drop", async () => {
  const first = await uuids(["setup"]);
  const client = createDb({ connectionUrl: CONNECTION_URL });
  const { uuid } = await createUsers(client.db).ensureUser({
    cognito_user_id: "sub-vir",
    handle: "vir",
    email: "vir@example.com",
    email_verified: true,
    display_name: "Vir",
  });
  expect(await uuids(["setup"])).toEqual(first);
  expect((await createUsers(client.db).findUserByHandle("vir"))?.uuid).toBe(uuid);
  await client.close();
  expect(await uuids(["setup", "--drop"])).toEqual(first);
});
