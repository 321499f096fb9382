import { type PostgresEngine, startPostgres } from "@cruddur/engines/postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDb } from "../src/client.ts";
import { migrateDb } from "../src/migrate.ts";
import { createSecurityEvents } from "../src/security-events.ts";
import { grantServerRole } from "../src/server-role.ts";
import { createUsers } from "../src/users.ts";
import { createDatabase, query } from "./support.ts";

let postgres: PostgresEngine;
let owner: string;
let server: string;
const login = { user: "cruddur_server_of_tests", password: "it's \\ a password" };
beforeAll(async () => {
  postgres = await startPostgres();
  owner = await createDatabase(postgres.connectionUrl);
  await migrateDb(owner);
  await grantServerRole(owner, { ...login, password: "the first one" });
  await grantServerRole(owner, login);
  const url = new URL(owner);
  url.username = login.user;
  url.password = encodeURIComponent(login.password);
  server = url.href;
});
afterAll(() => postgres?.stop());

test("the servers' login does what servers do", async () => {
  const { db, close } = createDb({ connectionUrl: server, max: 1 });
  const user = await createUsers(db).ensureUser({
    cognito_user_id: "sub",
    handle: "londo",
    email: "londo@example.com",
    email_verified: true,
    display_name: "Londo",
  });
  await createUsers(db).updateUser(user.uuid, { display_name: "L. Mollari" });
  const events = createSecurityEvents(db);
  await events.append({ event: "sign_in", outcome: "ok", user_uuid: user.uuid });
  await events.prune();
  expect(await events.list({ user_uuid: user.uuid, handle: "londo" }, 10)).toHaveLength(1);
  await close();
  // Tables of later migrations are its own to use, too.
  await query(owner, "create table later (id int)");
  await query(server, "insert into later values (1)");
});

test.each([
  "drop trigger security_events_append_only on security_events",
  "alter table security_events disable trigger all",
  "set session_replication_role = replica",
  "drop table users",
  "truncate users",
  "create table mine (id int)",
  "create role another",
  "drop function keep_security_events() cascade",
])("the servers' login may not change the schema: %s", async (statement) => {
  await expect(query(server, statement)).rejects.toMatchObject({ code: "42501" });
});
