import { createAccountCodes } from "@cruddur/db/account-codes";
import { createSecurityEvents } from "@cruddur/db/security-events";
import { beforeAll, expect, test } from "vitest";
import { hashCode } from "../src/auth/second-factor.ts";
import { createClient } from "./support/client.ts";
import { appCode, createOwnAccountHelpers, nextAppCode } from "./support/own-account.ts";
import { PASSWORD, postJson, signIn, useServer } from "./support/stack.ts";

const { stack, server } = useServer({ LIMIT_SIGN_INS: "1000/60", LIMIT_CODES: "1000/60" });
const helpers = {} as ReturnType<typeof createOwnAccountHelpers>;
beforeAll(() => void Object.assign(helpers, createOwnAccountHelpers(stack, server)));

const trySignIn = async (handle: string, code?: string, password = PASSWORD) => {
  const response = await postJson(`${server.url}/session`, { handle, password, code });
  const { app_code } = (await response.json()) as { app_code?: string };
  return app_code ?? response.status;
};

/** A person with a second factor. */
async function createGuarded(handle: string) {
  const owner = await helpers.createPerson(handle);
  const started = await helpers.call(owner, "/account/second-factor", { password: PASSWORD });
  const secret = started.body.secret ?? "";
  const proof = { password: PASSWORD, code: appCode(secret) };
  const confirmed = await helpers.call(owner, "/account/second-factor/confirm", proof);
  expect(confirmed.status).toBe(200);
  return { ...owner, secret, uri: started.body.uri, recovery: confirmed.body.recovery_code ?? "" };
}

test("with a second factor, the password alone signs nobody in, and each code works once", async () => {
  const owner = await createGuarded("guarded");
  expect(owner.uri).toMatch(
    /^otpauth:\/\/totp\/Cruddur%3Aguarded\?secret=[A-Z2-7]+&issuer=Cruddur$/,
  );
  expect(await trySignIn("guarded")).toBe("second_factor_required");
  expect(await trySignIn("guarded", "000000")).toBe("confirmation_code_wrong");
  const code = nextAppCode(owner.secret);
  expect(await trySignIn("guarded", code, "wrong wrong 1A")).toBe("sign_in_failed");
  expect(await trySignIn("guarded", `${code.slice(0, 3)} ${code.slice(3)}`)).toBe(200);
  expect(await trySignIn("guarded", code)).toBe("confirmation_code_wrong");
  const { second_factor } = await createClient(
    server.url,
    owner.access_token,
  ).users.security.query();
  expect(second_factor).toBe(true);
});

test("setting it up needs the password and a code of the app, ends other sessions, and is told by mail", async () => {
  const owner = await helpers.createPerson("careful");
  const thief = await signIn(server, "careful");
  const refused = await helpers.call(owner, "/account/second-factor", { password: "guess" });
  expect(refused.app_code).toBe("password_wrong");
  const proof = { password: PASSWORD };
  const { body } = await helpers.call(owner, "/account/second-factor", proof);
  const confirm = (code: string) =>
    helpers.call(owner, "/account/second-factor/confirm", { ...proof, code });
  expect((await confirm("000000")).app_code).toBe("confirmation_code_wrong");
  // Until a code was right, nothing has changed.
  expect(await trySignIn("careful")).toBe(200);
  expect((await confirm(appCode(body.secret ?? ""))).status).toBe(200);
  expect(await helpers.stateOf(thief)).toEqual([401, 401]);
  expect(await helpers.stateOf(owner)).toEqual([200, 200]);
  await expect
    .poll(async () => (await stack.mailsTo(owner.email)).join())
    .toContain("Two-step sign-in is on");
});

test("changes of the account need a code, too", async () => {
  const owner = await createGuarded("stepping");
  const calls: [string, object, string?][] = [
    ["/account/password", { new_password: "another horse 9 Battery" }],
    ["/account/email", { email: "other@example.com" }],
    ["/account/second-factor", {}],
    ["/account/second-factor", {}, "DELETE"],
    ["/session/all", {}, "DELETE"],
  ];
  for (const [path, body, method] of calls) {
    const refused = await helpers.call(owner, path, { ...body, password: PASSWORD }, method);
    expect(refused.app_code, path).toBe("second_factor_required");
  }
  const proof = { password: PASSWORD, code: nextAppCode(owner.secret) };
  expect((await helpers.call(owner, "/account/second-factor", proof, "DELETE")).status).toBe(204);
  expect(await trySignIn("stepping")).toBe(200);
});

test("the recovery code works with the password alone, once, and turns the second factor off", async () => {
  const owner = await createGuarded("forgetful");
  expect(owner.recovery).toMatch(/^(?:[2-9B-DF-HJ-NP-TV-Z]{4}-?){4}$/);
  expect(await trySignIn("forgetful", owner.recovery, "wrong wrong 1A")).toBe("sign_in_failed");
  expect(await trySignIn("forgetful", "2222-2222-2222-2222")).toBe("confirmation_code_wrong");
  const other = await createGuarded("neighbour");
  expect(await trySignIn("forgetful", other.recovery)).toBe("confirmation_code_wrong");
  expect(await trySignIn("forgetful", owner.recovery.toLowerCase())).toBe(200);
  expect(await trySignIn("forgetful")).toBe(200);
  await expect
    .poll(async () => (await stack.mailsTo(owner.email)).join())
    .toContain("Your recovery code was used");
  const { rows } = await stack.postgres.pool.query(
    "select 1 from recovery_codes where user_uuid = $1",
    [owner.user.uuid],
  );
  expect(rows).toEqual([]);
});

test("guesses of codes are limited for each account and day, by who knows the password", async () => {
  const limited = await stack.start({ LIMIT_CODES: "3/86400", LIMIT_SIGN_INS: "1000/60" });
  await createGuarded("targeted");
  const statuses = [];
  for (let n = 0; n < 4; n += 1) {
    const guess = { handle: "targeted", password: PASSWORD, code: "000000" };
    statuses.push((await postJson(`${limited.url}/session`, guess)).status);
  }
  expect(statuses).toEqual([422, 422, 422, 429]);
});

test("the recovery code works, though the second factor was turned on several times at once", async () => {
  const owner = await helpers.createPerson("doubleclick");
  const { body } = await helpers.call(owner, "/account/second-factor", { password: PASSWORD });
  const proof = { password: PASSWORD, code: appCode(body.secret ?? "") };
  const path = "/account/second-factor/confirm";
  const answers = await Promise.all([1, 2, 3, 4].map(() => helpers.call(owner, path, proof)));
  const [enabled, ...more] = answers.filter(({ status }) => status === 200);
  expect(more).toEqual([]);
  expect(await trySignIn("doubleclick", enabled?.body.recovery_code)).toBe(200);
});

test("of several uses of a recovery code at the same time one signs in, and none touches a second factor that was set up since", async () => {
  const owner = await createGuarded("twice");
  const uses = await Promise.all([1, 2, 3].map(() => trySignIn("twice", owner.recovery)));
  // Once the second factor is off, the password alone is enough, whatever code is sent with it.
  expect(uses).toContain(200);
  const codes = createAccountCodes(stack.postgres.db);
  await codes.keepRecoveryCode(owner.user.uuid, "a newer one");
  const spent = hashCode(owner.recovery);
  expect(await codes.spendRecoveryCode(owner.user.uuid, spent)).toBe(false);
  await codes.returnRecoveryCode(owner.user.uuid, spent);
  expect(await codes.spendRecoveryCode(owner.user.uuid, "a newer one")).toBe(true);
  const events = createSecurityEvents(stack.postgres.db);
  const listed = await events.list({ user_uuid: owner.user.uuid, handle: "twice" }, 50);
  expect(listed.filter(({ event }) => event === "recovery_code")).toHaveLength(1);
});

test("nobody uses up the codes of an account without its password", async () => {
  const limited = await stack.start({ LIMIT_CODES: "3/86400", LIMIT_SIGN_INS: "1000/60" });
  const { secret } = await createGuarded("besieged");
  const trial = (password: string, code: string) =>
    postJson(`${limited.url}/session`, { handle: "besieged", password, code });
  for (let n = 0; n < 4; n += 1) {
    expect((await trial("a guess 1A", n % 2 === 0 ? "000000" : "2345-6789-BCDF")).status).toBe(401);
  }
  expect((await trial(PASSWORD, nextAppCode(secret))).status).toBe(200);
});

test("neither the password, a code nor the secret is logged", async () => {
  const { secret, recovery } = await createGuarded("private");
  const code = nextAppCode(secret);
  await trySignIn("private", code);
  const logs = server.logs();
  for (const text of [PASSWORD, secret, recovery]) expect(logs).not.toContain(text);
});
