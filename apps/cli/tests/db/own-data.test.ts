import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDb } from "@cruddur/db/client";
import { migrateDb } from "@cruddur/db/migrate";
import { createUsers } from "@cruddur/db/users";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { createMessagesStore } from "@cruddur/ddb/store";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { createDatabase, startPostgres } from "@cruddur/engines/postgres";
import { startUserPool } from "@cruddur/engines/user-pool";
import { beforeAll, expect, test } from "vitest";
import { runProgram } from "../support.ts";

const env: Record<string, string> = {};
const stores = {} as {
  users: ReturnType<typeof createUsers>;
  pool: Awaited<ReturnType<typeof startUserPool>>;
  store: ReturnType<typeof createMessagesStore>;
};
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cruddur-own-data-"));
  const [engine, server, pool] = await Promise.all([
    startDynamoDb(),
    startPostgres(),
    startUserPool(),
  ]);
  const connectionUrl = await createDatabase(server, "own_data");
  await migrateDb(connectionUrl);
  const client = createDynamoDbClient({ endpoint: engine.endpoint });
  await ensureTable(client, { stream: false });
  const postgres = createDb({ connectionUrl });
  Object.assign(stores, {
    users: createUsers(postgres.db),
    pool,
    store: createMessagesStore({ client }),
  });
  Object.assign(env, {
    CONNECTION_URL: connectionUrl,
    AWS_ENDPOINT_URL: engine.endpoint,
    ...pool.env,
    DATA_DIR: directory,
  });
  return async () => {
    await postgres.close();
    client.destroy();
    await Promise.all([engine.stop(), server.stop(), pool.stop()]);
    await rm(directory, { recursive: true });
  };
});

const db = (...args: string[]) => runProgram("db", args, env);

async function createPerson(handle: string) {
  const display_name = handle.toUpperCase();
  const email = `${handle}@example.com`;
  const account = { handle, email, display_name, password: "correct horse 9 Battery" };
  const { sub } = await stores.pool.createUser(account);
  const user = { cognito_user_id: sub, handle, email, display_name, email_verified: true };
  const { uuid } = await stores.users.ensureUser(user);
  return { user_uuid: uuid, handle, display_name };
}

test("an export that was cut off in the middle of a line goes on to the same file as one that was not", async () => {
  const [me, other] = [await createPerson("exporter"), await createPerson("reader")];
  const draft = { client_id: randomUUID(), message: "one" };
  const { message_group_uuid } = await stores.store.sendToPerson({
    ...draft,
    sender: me,
    receiver: other,
  });
  const membership = await stores.store.getMembership({ ...me, message_group_uuid });
  if (membership === null) throw new Error("no membership");
  for (let index = 0; index < 120; index += 1) {
    const message = `text ${index} ä`;
    await stores.store.sendMessage({ sender: me, client_id: randomUUID(), message, membership });
  }
  const [whole, cut] = [join(directory, "whole.jsonl"), join(directory, "cut.jsonl")];
  expect(await db("export", "exporter", "--out", whole)).toMatchObject({ exitCode: 0, stdout: "" });
  const expected = await readFile(whole, "utf8");
  expect(expected.split("\n").filter((line) => line.includes('"type":"message"'))).toHaveLength(
    121,
  );
  expect((await db("export", "@exporter")).stdout.split("\n").slice(1).join("\n")).toBe(
    expected.split("\n").slice(1).join("\n").trim(),
  );
  await db("export", "exporter", "--out", cut);
  const length = Buffer.byteLength(expected);
  // In the second page of messages, before the first checkpoint, and in the last line.
  for (const bytes of [length - 1_500, 200, length - 3]) {
    await truncate(cut, bytes);
    expect(await db("export", "exporter", "--out", cut)).toMatchObject({ exitCode: 0 });
    const found = await readFile(cut, "utf8");
    expect(found.split("\n").slice(1)).toEqual(expected.split("\n").slice(1));
  }
  expect((await db("export", "exporter", "--out", cut)).stderr).toContain("is complete");
  expect(await db("export", "reader", "--out", cut)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("name another file"),
  });
});

test("an erasure asks first, deletes the account of the pool, and leaves tombstones", async () => {
  const [me, other] = [await createPerson("leaver"), await createPerson("friend")];
  const draft = { client_id: randomUUID(), message: "secret words" };
  const { message_group_uuid, uuid } = await stores.store.sendToPerson({
    ...draft,
    sender: me,
    receiver: other,
  });
  expect(await db("erase", "leaver", "--now")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("--yes"),
  });
  expect(await db("erase", "leaver")).toMatchObject({ exitCode: 1 });
  expect(await db("erase", "leaver", "--now", "--yes", "--json")).toMatchObject({
    exitCode: 0,
    stdout: JSON.stringify({ erased: [me.user_uuid], failed: [] }),
  });
  const message = await stores.store.getMessage({ message_group_uuid, message_uuid: uuid });
  expect(message).toMatchObject({ message: "", handle: "", display_name: "" });
  expect(await stores.users.findUser(me.user_uuid)).toBeNull();
  expect((await runProgram("cognito", ["list-users"], env)).stdout).not.toContain("leaver");
  expect(await db("erase", "--due")).toMatchObject({
    exitCode: 0,
    stdout: "0 accounts erased, 0 failed",
  });
});

test("the check of an erasure says where something is left of the person, and never what", async () => {
  // Nobody updates the other person's inbox here, as the stream's worker does: its preview is found.
  const other = await createPerson("witness");
  const second = await createPerson("checked");
  const words = {
    sender: second,
    client_id: randomUUID(),
    message: "words that nobody else writes",
  };
  await stores.store.sendToPerson({ ...words, receiver: other });
  const logs = join(directory, "logs");
  await mkdir(logs);
  await writeFile(join(logs, "server.log"), 'ready\n{"handle":"Checked"}\n');
  const check = await db("erase", "checked", "--now", "--check", "--yes");
  expect(check.exitCode).toBe(1);
  expect(check.stderr).toMatch(/left in membership: 1, server\.log: 1$/);
  expect(check.stderr).not.toMatch(/words that|Checked/);
  await writeFile(join(logs, "server.log"), "ready\n");
  const third = await createPerson("quiet");
  await stores.store.blockPerson({ blocker_uuid: third.user_uuid, blocked_uuid: other.user_uuid });
  expect((await db("erase", "quiet", "--now", "--check", "--yes")).stdout).toMatch(
    /^1 person erased; nothing of them is left in \d+ items, \d+ rows and 1 log file$/,
  );
});
