import { type PostgresEngine, startPostgres } from "@cruddur/engines/postgres";
import { startUserPool, type UserPool } from "@cruddur/engines/user-pool";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "./support.ts";

const EXTRA_USERS = 130;
let pool: UserPool;
let postgres: PostgresEngine;
let env: Record<string, string>;

beforeAll(async () => {
  [pool, postgres] = await Promise.all([startUserPool(), startPostgres()]);
  const url = new URL(postgres.connectionUrl);
  url.pathname = "/cruddur";
  env = {
    CONNECTION_URL: url.href,
    AWS_COGNITO_USER_POOL_ID: pool.userPoolId,
    AWS_COGNITO_ENDPOINT_URL: pool.endpoint,
    // The table's endpoint must not be taken for the pool's.
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  };
  for (let n = 0; n < EXTRA_USERS; n += 1) await addPoolUser(`person${n}`, `person${n}`);
});
afterAll(async () => {
  await pool?.stop();
  await postgres?.stop();
});

/** As an administrator of the pool does; without `preferred_username` when it is null. */
async function addPoolUser(Username: string, preferred_username: string | null): Promise<string> {
  const UserAttributes = [{ Name: "email", Value: `${Username}@example.com` }];
  if (preferred_username !== null) {
    UserAttributes.push({ Name: "preferred_username", Value: preferred_username });
  }
  const response = await fetch(pool.endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.AdminCreateUser",
    },
    body: JSON.stringify({ UserPoolId: pool.userPoolId, Username, UserAttributes }),
  });
  const { User } = (await response.json()) as {
    User: { Attributes: { Name: string; Value: string }[] };
  };
  return User.Attributes.find(({ Name }) => Name === "sub")?.Value ?? "";
}

test("list-users shows every page, and a user without preferred_username harms nothing", async () => {
  const sub = await addPoolUser("nameless", null);
  const json = await runProgram("cognito", ["list-users", "--json"], env);
  expect(json.exitCode).toBe(0);
  const subs: Record<string, string> = JSON.parse(json.stdout);
  expect(Object.keys(subs)).toHaveLength(EXTRA_USERS);
  expect(subs.person7).toMatch(/^[0-9a-f-]{36}$/);
  expect(json.stderr).toContain("131 users, 1 without preferred_username");
  const table = await runProgram("cognito", ["list-users"], env);
  expect(table.stdout).toContain(sub);
  expect(table.stdout).toContain("person129");
});

test("setup links users to the pool by handle; update-cognito-user-ids links who came later", async () => {
  const subs = {
    andrewbrown: await addPoolUser("andrewbrown", "AndrewBrown"),
    bayko: await addPoolUser("bayko", "bayko"),
  };
  const setup = await runProgram("db", ["setup", "--json"], env);
  expect([setup.exitCode, setup.stderr]).toEqual([0, ""]);
  const rows: { handle: string; cognito_user_id: string | null }[] = JSON.parse(setup.stdout);
  expect(Object.fromEntries(rows.map((row) => [row.handle, row.cognito_user_id]))).toEqual({
    ...subs,
    londo: null,
    mira: null,
  });
  await addPoolUser("londo", "londo");
  // Two people may claim a handle by their preferred_username: neither gets its row.
  const update = () => runProgram("db", ["update-cognito-user-ids"], env);
  expect(await update()).toMatchObject({ exitCode: 0, stdout: "1 updated: londo" });
  expect(await update()).toMatchObject({ exitCode: 0, stdout: "0 updated" });
  await addPoolUser("thief", "londo");
  expect(await update()).toMatchObject({
    stdout: "0 updated",
    stderr: "left out, claimed by several users: londo",
  });
});
