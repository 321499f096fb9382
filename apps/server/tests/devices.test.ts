import { beforeAll, expect, test } from "vitest";
import { createClient, refusalOf } from "./support/client.ts";
import { createOwnAccountHelpers } from "./support/own-account.ts";
import { PASSWORD, postJson, type SignedIn, signIn, useServer } from "./support/stack.ts";

const { stack, server } = useServer({ LIMIT_SIGN_INS: "1000/60" });
const helpers = {} as ReturnType<typeof createOwnAccountHelpers>;
beforeAll(() => void Object.assign(helpers, createOwnAccountHelpers(stack, server)));

const security = ({ access_token }: SignedIn) =>
  createClient(server.url, access_token).users.security.query();
const endSession = ({ access_token }: SignedIn, session_uuid: string) =>
  createClient(server.url, access_token).users.endSession.mutate({ session_uuid });
const signInWith = (handle: string, headers: Record<string, string>) =>
  postJson(`${server.url}/session`, { handle, password: PASSWORD }, headers);
const newSignIns = async (email: string) =>
  (await stack.mailsTo(email)).filter((line) => line.includes("New sign-in")).length;

test("people see where they are signed in, and which of these is this device", async () => {
  const owner = await helpers.createPerson("traveller");
  const response = await signInWith("traveller", { "user-agent": "a phone\u00a0of mine" });
  const phone = (await response.json()) as SignedIn;
  const { sessions } = await security(phone);
  expect(sessions).toEqual([
    expect.objectContaining({
      device: "a phone\u00a0of mine",
      address: "127.0.0.1",
      is_current: true,
    }),
    expect.objectContaining({ device: "node", is_current: false }),
  ]);
  expect((await security(owner)).sessions.map(({ is_current }) => is_current)).toEqual([
    false,
    true,
  ]);
});

test("a session that its owner ends loses its tokens and its place in the list; others go on", async () => {
  const owner = await helpers.createPerson("tidy");
  const lost = await signIn(server, "tidy");
  const other = (await security(owner)).sessions.find(({ is_current }) => !is_current);
  await endSession(owner, other?.uuid ?? "");
  expect(await helpers.stateOf(lost)).toEqual([401, 401]);
  expect(await helpers.stateOf(owner)).toEqual([200, 200]);
  expect((await security(owner)).sessions).toHaveLength(1);
  const endings = () =>
    stack.postgres.pool
      .query(
        "select outcome, address from security_events where event = 'session_end' and user_uuid = $1",
        [owner.user.uuid],
      )
      .then(({ rows }) => rows);
  await expect.poll(endings).toEqual([{ outcome: "ok", address: "127.0.0.1" }]);
});

test("asking for one's devices again and again does not use up the user pool's own limits", async () => {
  const limited = await stack.start({ LIMIT_LOOKUPS: "3/60" });
  const owner = await helpers.createPerson("curious");
  const ask = () => createClient(limited.url, owner.access_token).users.security.query();
  for (let n = 0; n < 3; n += 1) await ask();
  expect(await refusalOf(ask())).toEqual({ status: 429, app_code: "rate_limited" });
});

test("nobody ends a session of somebody else", async () => {
  const [owner, stranger] = [
    await helpers.createPerson("settled"),
    await helpers.createPerson("meddler"),
  ];
  const [session] = (await security(owner)).sessions;
  await endSession(stranger, session?.uuid ?? "");
  expect(await helpers.stateOf(owner)).toEqual([200, 200]);
});

test("signing out everywhere empties the list, and needs the password", async () => {
  const owner = await helpers.createPerson("leaving");
  await signIn(server, "leaving");
  const wrong = await helpers.call(owner, "/session/all", { password: "guess" }, "DELETE");
  expect(wrong).toMatchObject({ status: 422, app_code: "password_wrong" });
  expect((await security(owner)).sessions).toHaveLength(2);
  const left = await helpers.call(owner, "/session/all", { password: PASSWORD }, "DELETE");
  expect(left.status).toBe(204);
  expect((await security(await signIn(server, "leaving"))).sessions).toHaveLength(1);
});

test("a sign-in on a new device is told to the owner, and one on a known device is not", async () => {
  const { email } = await helpers.createPerson("watchful");
  const first = await signInWith("watchful", { "user-agent": "a new browser" });
  await expect.poll(() => newSignIns(email)).toBe(1);
  // Known by its cookie, whatever it calls itself; and by its name and address, without a cookie.
  const cookie = first.headers.getSetCookie().map((line) => line.split(";")[0]);
  await signInWith("watchful", { "user-agent": "after an update", cookie: cookie.join("; ") });
  await signInWith("watchful", { "user-agent": "a new browser" });
  await signInWith("watchful", { "user-agent": "another one" });
  await expect.poll(() => newSignIns(email)).toBe(2);
  expect((await stack.mailsTo(email)).at(-1)).toContain("another one, from 127.0.0.1");
});

test("the reuse of a refresh token is told to the owner", async () => {
  const owner = await helpers.createPerson("warned");
  await postJson(`${server.url}/session/refresh`, {}, { cookie: owner.cookie });
  stack.setPoolAhead(120_000);
  const other = await stack.start();
  await postJson(`${other.url}/session/refresh`, {}, { cookie: owner.cookie });
  stack.setPoolAhead(0);
  await expect
    .poll(async () => (await stack.mailsTo(owner.email)).join())
    .toContain("We ended a session of yours");
});
