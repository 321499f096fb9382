import { type PostgresEngine, startPostgres } from "@cruddur/engines/postgres";
import { type LocalUserPool, startUserPool } from "@cruddur/engines/user-pool";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "../support.ts";

const AT_AWS = new URL("../at-aws.mjs", import.meta.url).href;
const EXTRA_USERS = 130;
let pool: LocalUserPool;
let postgres: PostgresEngine;
let env: Record<string, string>;

beforeAll(async () => {
  [pool, postgres] = await Promise.all([startUserPool(), startPostgres()]);
  const url = new URL(postgres.connectionUrl);
  url.pathname = "/cruddur";
  env = {
    CONNECTION_URL: url.href,
    ...pool.env,
    // The table's endpoint must not be taken for the pool's.
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  };
  for (let n = 0; n < EXTRA_USERS; n += 1) await addPoolUser(`person${n}`, `person${n}`);
});
afterAll(async () => {
  await pool?.stop();
  await postgres?.stop();
});

async function askPool(operation: string, input: object): Promise<unknown> {
  const response = await fetch(pool.endpoint, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${pool.credentials.accessKeyId}/`,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify({ UserPoolId: pool.userPoolId, ...input }),
  });
  return response.json();
}

/**
 * Creates an account as an administrator of the pool does.
 * @param preferred_username null for an account without one
 * @returns the account's sub
 */
async function addPoolUser(
  Username: string,
  preferred_username: string | null,
  email = `${Username}@example.com`,
): Promise<string> {
  const UserAttributes = [
    { Name: "email", Value: email },
    { Name: "email_verified", Value: "true" },
  ];
  if (preferred_username !== null) {
    UserAttributes.push({ Name: "preferred_username", Value: preferred_username });
  }
  const { User } = (await askPool("AdminCreateUser", { Username, UserAttributes })) as {
    User: { Attributes: { Name: string; Value: string }[] };
  };
  return User.Attributes.find(({ Name }) => Name === "sub")?.Value ?? "";
}

test("list-users shows the accounts of every page, also those without preferred_username", async () => {
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

const update = (...args: string[]) => runProgram("db", ["update-cognito-user-ids", ...args], env);

test("setup links people by user name and verified email; update-cognito-user-ids links who came later", async () => {
  const subs = {
    andrewbrown: await addPoolUser("andrewbrown", "Another name"),
    bayko: await addPoolUser("bayko", "bayko"),
  };
  const setup = await runProgram("db", ["setup", "--json"], env);
  expect(setup.exitCode).toBe(0);
  const rows: { handle: string; cognito_user_id: string | null }[] = JSON.parse(setup.stdout);
  expect(Object.fromEntries(rows.map((row) => [row.handle, row.cognito_user_id]))).toEqual({
    ...subs,
    londo: null,
    mira: null,
  });
  const sub = await addPoolUser("londo", "londo");
  const linked = await update();
  expect(linked).toMatchObject({ exitCode: 0, stdout: "1 updated: londo" });
  const audit = await runProgram("db", ["audit", "londo", "--json"], env);
  expect(JSON.parse(audit.stdout)).toMatchObject([{ event: "link", outcome: "ok" }]);
  expect(linked.stderr).toMatch(new RegExp(`londo.*londo@example.com.*-.*${sub}`));
  expect(await update()).toMatchObject({ exitCode: 0, stdout: "0 updated" });
});

test("an account that takes over a person's name, user name or both is never linked to the person", async () => {
  await askPool("AdminDeleteUser", { Username: "londo" });
  await addPoolUser("thief", "londo", "thief@example.com");
  expect(await update()).toMatchObject({ exitCode: 0, stdout: "0 updated" });
  await addPoolUser("londo", "londo", "another-thief@example.com");
  expect(await update()).toMatchObject({
    exitCode: 0,
    stdout: "0 updated",
    stderr: "not linked: londo, because the account of that user name has another email",
  });
  // A seeded person who has never signed in has no account either.
  await addPoolUser("second-thief", "mira", "second-thief@example.com");
  await addPoolUser("mira", "mira", "third-thief@example.com");
  expect(await update("--json")).toMatchObject({ exitCode: 0, stdout: '{"updated":[]}' });
});

/** Runs `pnpm db update-cognito-user-ids --prod`, whose calls to Cognito reach the local pool. */
async function updateProduction({ args = [] as string[], answer = "", isTerminal = false }) {
  const { CONNECTION_URL, AWS_COGNITO_USER_POOL_ID } = env;
  return runProgram(
    "db",
    ["update-cognito-user-ids", "--prod", ...args],
    {
      CONNECTION_URL,
      AWS_COGNITO_USER_POOL_ID,
      NODE_OPTIONS: `--import=${AT_AWS}`,
      AWS_STAND_IN_PORT: new URL(pool.endpoint).port,
      AWS_ACCESS_KEY_ID: pool.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: pool.credentials.secretAccessKey,
      STDIN_IS_TERMINAL: String(isTerminal),
    },
    answer,
  );
}

const linkedIds = async (): Promise<Record<string, string | null>> => {
  const { stdout } = await runProgram("db", ["seed", "--json"], env);
  const rows: { handle: string; cognito_user_id: string | null }[] = JSON.parse(stdout);
  return Object.fromEntries(rows.map((row) => [row.handle, row.cognito_user_id]));
};

test("with --prod a pool outside AWS is refused", async () => {
  expect(await update("--prod")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("AWS_COGNITO_ENDPOINT_URL"),
  });
});

test("in production the command shows the changes, asks, and makes them only after a yes", async () => {
  await askPool("AdminDeleteUser", { Username: "londo" });
  const sub = await addPoolUser("londo", null);
  const { londo: before } = await linkedIds();
  const shown = new RegExp(`londo.*londo@example.com.*${before}.*${sub}`);
  const question = /Link this person in cruddur at 127\.0\.0\.1:\d+\?/;

  // A task has no terminal to ask on: without --yes it is a rehearsal.
  const unasked = await updateProduction({});
  expect(unasked).toMatchObject({ exitCode: 1, stdout: "" });
  expect(unasked.stderr).toMatch(shown);
  expect(unasked.stderr).toMatch(/error: Link this person .* Refused: pass --yes to confirm/);

  const refused = await updateProduction({ isTerminal: true, answer: "no\n" });
  expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
  expect(refused.stderr).toMatch(shown);
  expect(refused.stderr).toMatch(question);
  expect(refused.stderr).toContain("error: nothing was changed");
  expect((await linkedIds()).londo).toBe(before);

  const agreed = await updateProduction({ isTerminal: true, answer: "yes\n" });
  expect(agreed).toMatchObject({ exitCode: 0, stdout: "1 updated: londo" });
  expect(agreed.stderr).toMatch(question);
  expect((await linkedIds()).londo).toBe(sub);
});

test("in production --yes makes the changes without asking", async () => {
  await askPool("AdminDeleteUser", { Username: "londo" });
  const sub = await addPoolUser("londo", null);
  const { exitCode, stdout, stderr } = await updateProduction({ args: ["--yes"] });
  expect([exitCode, stdout]).toEqual([0, "1 updated: londo"]);
  expect(stderr).not.toContain("?");
  expect((await linkedIds()).londo).toBe(sub);
});
