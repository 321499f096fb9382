import { createDb } from "@cruddur/db/client";
import { createErasures } from "@cruddur/db/erasures";
import { migrateDb } from "@cruddur/db/migrate";
import { createUsers } from "@cruddur/db/users";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { TABLE_NAME } from "@cruddur/ddb/table";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { createDatabase, startPostgres } from "@cruddur/engines/postgres";
import { startUserPool } from "@cruddur/engines/user-pool";
import { afterEach, expect, test, vi } from "vitest";
import { scheduleErasures } from "../src/schedule-erasures.ts";

const HOUR_MS = 3_600_000;

afterEach(() => void vi.useRealTimers());

test("whoever asked for their erasure 7 days ago is erased within the hour, and nobody sooner", async () => {
  const [engine, server, pool] = await Promise.all([
    startDynamoDb(),
    startPostgres(),
    startUserPool(),
  ]);
  const connectionUrl = await createDatabase(server, "scheduled");
  await migrateDb(connectionUrl);
  const client = createDynamoDbClient({ endpoint: engine.endpoint });
  await ensureTable(client, { stream: false });
  const postgres = createDb({ connectionUrl });
  const [users, erasures] = [createUsers(postgres.db), createErasures(postgres.db)];
  const userPoolId = pool.env.AWS_COGNITO_USER_POOL_ID;
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const logged: { event: string; user_uuid?: unknown }[] = [];
  const end = scheduleErasures({
    ...{ table: { client, tableName: TABLE_NAME }, connectionUrl },
    pool: {
      ...{ userPoolId, region: userPoolId.split("_")[0] ?? "" },
      endpoint: pool.env.AWS_COGNITO_ENDPOINT_URL,
      credentials: {
        accessKeyId: pool.env.AWS_COGNITO_ACCESS_KEY_ID,
        secretAccessKey: pool.env.AWS_COGNITO_SECRET_ACCESS_KEY,
      },
    },
    log: (line) => void logged.push(line),
  });
  try {
    const [due, waiting] = await Promise.all(
      ["due", "waiting"].map(async (handle) => {
        const account = { handle, email: `${handle}@example.com`, display_name: handle };
        const { sub } = await pool.createUser({ ...account, password: "correct horse 9 Battery" });
        const user = { ...account, cognito_user_id: sub, email_verified: true };
        const { uuid } = await users.ensureUser(user);
        await erasures.request(uuid);
        return uuid;
      }),
    );
    const age = "update erasures set due_at = due_at - $2::interval where user_uuid = $1";
    await postgres.pool.query(age, [due, "7 days"]);
    await postgres.pool.query(age, [waiting, "6 days 23 hours"]);
    vi.advanceTimersByTime(HOUR_MS);
    await expect.poll(() => logged).toEqual([{ level: "info", event: "erased", user_uuid: due }]);
    expect(await users.findUser(due ?? "")).toBeNull();
    expect(await users.findUser(waiting ?? "")).not.toBeNull();
  } finally {
    await end();
    await postgres.close();
    client.destroy();
    await Promise.all([engine.stop(), server.stop(), pool.stop()]);
  }
});
