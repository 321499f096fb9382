import { randomInt, randomUUID } from "node:crypto";
import { createDb } from "@cruddur/db/client";
import { migrateDb } from "@cruddur/db/migrate";
import { createUsers } from "@cruddur/db/users";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { createProjection } from "@cruddur/ddb/projection";
import { createMessagesStore } from "@cruddur/ddb/store";
import { TABLE_NAME } from "@cruddur/ddb/table";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { createDatabase, startPostgres } from "@cruddur/engines/postgres";
import { startUserPool } from "@cruddur/engines/user-pool";
import { collectTraces, findRemains } from "@cruddur/own-data/remains";
import { expect, test } from "vitest";
import { killProgramAt, runProgram } from "../support.ts";

/** At which steps the process is killed, in their order. */
const STEPS = ["conversations", "messages and reactions", "profile"];
const MESSAGES = 60;

test("an erasure whose process is killed at any step, again and again, is completed by the next run", async () => {
  const [engine, server, pool] = await Promise.all([
    startDynamoDb(),
    startPostgres(),
    startUserPool(),
  ]);
  const connectionUrl = await createDatabase(server, "killed_erasure");
  await migrateDb(connectionUrl);
  const client = createDynamoDbClient({ endpoint: engine.endpoint });
  await ensureTable(client, { stream: false });
  const postgres = createDb({ connectionUrl });
  try {
    const store = createMessagesStore({ client });
    const createPerson = async (handle: string) => {
      const display_name = `${handle} of the test`;
      const email = `${handle}@example.com`;
      const account = { handle, email, display_name, password: "correct horse 9 Battery" };
      const { sub } = await pool.createUser(account);
      const user = { cognito_user_id: sub, handle, email, display_name, email_verified: true };
      const { uuid } = await createUsers(postgres.db).ensureUser(user);
      return { user_uuid: uuid, handle, display_name };
    };
    const me = await createPerson("interrupted");
    const [friend, third] = [await createPerson("witness"), await createPerson("third")];
    const message = () => ({ client_id: randomUUID(), message: `my own words ${randomUUID()}` });
    const first = await store.sendToPerson({ sender: me, receiver: friend, ...message() });
    const { message_group_uuid } = first;
    const membership = await store.getMembership({ ...me, message_group_uuid });
    if (membership === null) throw new Error("no membership");
    await Promise.all(
      Array.from({ length: MESSAGES }, () =>
        store.sendMessage({ sender: me, membership, ...message() }),
      ),
    );
    const group = { message_group_uuid: randomUUID(), client_id: randomUUID() };
    await store.createMessageGroup({ ...group, members: [me, friend, third] });
    await store.blockPerson({ blocker_uuid: me.user_uuid, blocked_uuid: third.user_uuid });

    const stores = { table: { client, tableName: TABLE_NAME }, db: postgres.db };
    const traces = await collectTraces(stores, me.user_uuid);
    expect(traces.names.size).toBeGreaterThan(2);
    const env = { CONNECTION_URL: connectionUrl, AWS_ENDPOINT_URL: engine.endpoint, ...pool.env };
    const erase = ["erase", "interrupted", "--now", "--yes"];
    const kills = STEPS.map((step) => ({ mark: `erasing: ${step}`, delayMs: randomInt(60) }));
    let outcome = await killProgramAt("db", erase, env, kills[0]);
    for (const kill of kills.slice(1)) {
      expect(outcome.signal, outcome.stderr).toBe("SIGKILL");
      outcome = await killProgramAt("db", erase, env, kill);
    }
    // The last kill may have come when everything was done.
    expect(await runProgram("db", ["erase", "--due"], env)).toMatchObject({ exitCode: 0 });

    // The stream's worker would do this.
    const projection = createProjection(stores.table);
    const { items } = await store.listMessages({
      ...{ message_group_uuid, joined_after: null, limit: 100 },
    });
    const id = { user_uuid: friend.user_uuid, message_group_uuid };
    for (const tombstone of items) await projection.reviseMembership(id, [tombstone]);
    // The search of `--check`, with all that was known of the person before the first run.
    const { found } = await findRemains(stores, traces);
    expect([...found], JSON.stringify(kills)).toEqual([]);
  } finally {
    await postgres.close();
    client.destroy();
    await Promise.all([engine.stop(), server.stop(), pool.stop()]);
  }
});
