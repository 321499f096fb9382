import { createDb } from "@cruddur/db/client";
import { createReports } from "@cruddur/db/reports";
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

test("reports are listed and resolved, and a person is suspended and restored, each in the audit log", async () => {
  await db(["setup"]);
  const client = createDb({ connectionUrl: CONNECTION_URL });
  const [andrew, bayko] = ["andrewbrown", "bayko"].map((handle) =>
    createUsers(client.db).findUserByHandle(handle),
  );
  const user_uuid = (await andrew)?.uuid ?? "";
  await createReports(client.db).create({
    ...{ reporter_uuid: (await bayko)?.uuid ?? "", user_uuid, reason: "spam" },
    ...{ message_group_uuid: null, message_uuid: null },
    evidence: [{ uuid: "m", created_at: "2026-11-21T10:00:00.000Z", message: "buy\nthis" }],
  });
  await client.close();
  const listed = await db(["reports"]);
  expect(listed).toMatchObject({ exitCode: 0, stderr: "1 report" });
  expect(listed.stdout).toContain("@andrewbrown: spam, reported by @bayko");
  expect(listed.stdout).toContain('2026-11-21T10:00:00.000Z  "buy\\nthis"');
  const [report] = JSON.parse((await db(["reports", "--json"])).stdout) as { uuid: string }[];
  expect(await db(["resolve", report?.uuid ?? ""])).toMatchObject({
    stdout: `report ${report?.uuid} resolved`,
  });
  for (const uuid of [report?.uuid ?? "", "5"]) {
    const again = { exitCode: 1, stderr: `error: there is no open report ${uuid}` };
    expect(await db(["resolve", uuid])).toMatchObject(again);
  }
  expect((await db(["reports"])).stderr).toBe("0 reports");
  expect((await db(["reports", "--all"])).stdout).toContain(", resolved 2");
  expect((await db(["suspend", "@andrewbrown"])).stdout).toBe("@andrewbrown suspended");
  expect((await db(["restore", "andrewbrown"])).stdout).toBe("@andrewbrown restored");
  expect(await db(["suspend", "nobody"])).toMatchObject({
    exitCode: 1,
    stderr: "error: there is no user @nobody",
  });
  const events = JSON.parse((await db(["audit", "andrewbrown", "--json"])).stdout) as object[];
  expect(events).toMatchObject(
    ["restored", "suspended", "report_resolved"].map((event) => ({ event, outcome: "ok" })),
  );
});
