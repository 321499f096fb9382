import { beforeAll, describe, expect, test } from "vitest";
import { createOwnAccountHelpers } from "./support/own-account.ts";
import { PASSWORD, postJson, signIn, useServer } from "./support/stack.ts";

const { stack, server } = useServer({
  LIMIT_SIGN_INS: "1000/60",
  LIMIT_ACCOUNTS: "1000/60",
  LIMIT_CODES: "1000/60",
});
const NEW_PASSWORD = "another horse 9 Battery";
const helpers = {} as ReturnType<typeof createOwnAccountHelpers>;
beforeAll(() => void Object.assign(helpers, createOwnAccountHelpers(stack, server)));
const signInStatus = async (handle: string, password: string) =>
  (await postJson(`${server.url}/session`, { handle, password })).status;
const subjects = async (email: string) =>
  (await stack.mailsTo(email)).map((line) => line.split(": ")[1]);
const codeFor = async (email: string) =>
  /code is (\d{8})\b/.exec((await stack.mailsTo(email)).at(-1) ?? "")?.[1] ?? "";

describe("a change of password", () => {
  test("needs the old one, ends all other sessions, and is told to the owner by mail", async () => {
    const owner = await helpers.createPerson("changing");
    const thief = await signIn(server, "changing");
    const change = { password: PASSWORD, new_password: NEW_PASSWORD };
    const wrong = await helpers.call(owner, "/account/password", { ...change, password: "guess" });
    expect(wrong).toMatchObject({ status: 422, app_code: "password_wrong" });
    expect(await helpers.stateOf(thief)).toEqual([200, 200]);
    expect(await helpers.call(owner, "/account/password", change)).toMatchObject({ status: 204 });
    expect(await helpers.stateOf(thief)).toEqual([401, 401]);
    expect(await helpers.stateOf(owner)).toEqual([200, 200]);
    expect(await signInStatus("changing", PASSWORD)).toBe(401);
    expect(await signInStatus("changing", NEW_PASSWORD)).toBe(200);
    await expect.poll(() => subjects(owner.email)).toContain("Your password was changed");
  });

  test("refuses a password that is among the first to be tried", async () => {
    const owner = await helpers.createPerson("weakling");
    for (const new_password of ["weakling1", "weakling@example.com", "short", "Passw0rd!"]) {
      const change = { password: PASSWORD, new_password };
      const refused = await helpers.call(owner, "/account/password", change);
      expect(refused, new_password).toMatchObject({ status: 422, app_code: "password_rejected" });
    }
  });
});

describe("a change of the email address", () => {
  test("needs a code from the new address, ends all other sessions, and is told to the old one", async () => {
    const owner = await helpers.createPerson("moving");
    const thief = await signIn(server, "moving");
    const email = "moved@example.com";
    const asked = await helpers.call(owner, "/account/email", { password: PASSWORD, email });
    expect(asked.status).toBe(204);
    expect(await signInStatus(email, PASSWORD)).toBe(401);
    const wrong = await helpers.call(owner, "/account/email/confirm", { code: "00000000" });
    expect(wrong).toMatchObject({ status: 422, app_code: "confirmation_code_wrong" });
    const code = await codeFor(email);
    const confirmed = await helpers.call(owner, "/account/email/confirm", { code });
    expect(confirmed).toMatchObject({ status: 200, body: { email } });
    expect(await helpers.stateOf(thief)).toEqual([401, 401]);
    expect(await signInStatus(email, PASSWORD)).toBe(200);
    expect(await signInStatus(owner.email, PASSWORD)).toBe(401);
    await expect.poll(() => subjects(owner.email)).toContain("Your email address was changed");
    const again = await helpers.call(owner, "/account/email/confirm", { code });
    expect(again).toMatchObject({ status: 422, app_code: "confirmation_code_expired" });
  });

  test("without the password sends no code", async () => {
    const owner = await helpers.createPerson("unproven");
    const change = { password: "guess", email: "elsewhere@example.com" };
    const refused = await helpers.call(owner, "/account/email", change);
    expect(refused).toMatchObject({ status: 422, app_code: "password_wrong" });
    expect(await stack.mailsTo("elsewhere@example.com")).toEqual([]);
  });

  test("accepts five tries of a code, also when they come together", async () => {
    const owner = await helpers.createPerson("guessing");
    const email = "guessed@example.com";
    await helpers.call(owner, "/account/email", { password: PASSWORD, email });
    const guess = () => helpers.call(owner, "/account/email/confirm", { code: "00000000" });
    const guesses = await Promise.all(Array.from({ length: 8 }, guess));
    const codes = guesses.map(({ app_code }) => app_code);
    expect(codes.filter((code) => code === "confirmation_code_wrong")).toHaveLength(5);
    const right = await helpers.call(owner, "/account/email/confirm", {
      code: await codeFor(email),
    });
    expect(right).toMatchObject({ status: 422, app_code: "confirmation_code_expired" });
  });

  test("to somebody else's address changes nothing, anywhere", async () => {
    const owner = await helpers.createPerson("greedy");
    const password = PASSWORD;
    await helpers.createPerson("victim");
    await helpers.call(owner, "/account/email", { password, email: "victim@example.com" });
    const code = await codeFor("victim@example.com");
    const refused = await helpers.call(owner, "/account/email/confirm", { code });
    expect(refused).toMatchObject({ status: 409, app_code: "email_taken" });
    expect(await signInStatus(owner.email, PASSWORD)).toBe(200);
    expect(await signInStatus("victim@example.com", PASSWORD)).toBe(200);
    // A seeded person has an address here, and perhaps no account in the pool.
    await stack.postgres.pool.query(
      "insert into users (display_name, handle, email) values ('Seeded', 'seeded', 'seeded@example.com')",
    );
    await helpers.call(owner, "/account/email", { password, email: "seeded@example.com" });
    const taken = await helpers.call(owner, "/account/email/confirm", {
      code: await codeFor("seeded@example.com"),
    });
    expect(taken).toMatchObject({ status: 409, app_code: "email_taken" });
    expect(await signInStatus("seeded@example.com", PASSWORD)).toBe(401);
    expect(await signInStatus(owner.email, PASSWORD)).toBe(200);
  });
});

test.each([
  ["POST", "/account/password"],
  ["POST", "/account/email"],
  ["POST", "/account/email/confirm"],
  ["POST", "/account/second-factor"],
  ["POST", "/account/second-factor/confirm"],
  ["DELETE", "/account/second-factor"],
  ["DELETE", "/session/all"],
])("%s %s refuses who isn't signed in, and other sites", async (method, path) => {
  const owner = await helpers.createPerson(`x${path.replace(/\W/g, "")}${method.length}`);
  const proof = { password: PASSWORD, code: "123456", new_password: NEW_PASSWORD };
  for (const access_token of ["", "a.b.c"]) {
    const refused = await helpers.call({ access_token }, path, proof, method);
    expect(refused).toMatchObject({ status: 401, app_code: "unauthenticated" });
  }
  const headers = {
    authorization: `Bearer ${owner.access_token}`,
    origin: "https://evil.example",
  };
  expect((await postJson(server.url + path, proof, headers, method)).status).toBe(403);
});

test("guesses of the password with a stolen access token are limited for each person", async () => {
  const limited = await stack.start({ LIMIT_SIGN_INS: "3/60" });
  const owner = await helpers.createPerson("besieged");
  const { call } = createOwnAccountHelpers(stack, limited);
  const guess = () => call(owner, "/account/password", { password: "x", new_password: PASSWORD });
  const statuses = [];
  for (let n = 0; n < 4; n += 1) statuses.push((await guess()).status);
  expect(statuses).toEqual([422, 422, 422, 429]);
});
