import { request } from "node:http";
import { createSuspensions } from "@cruddur/db/suspensions";
import { describe, expect, test } from "vitest";
import { createClient, refusalOf } from "./support/client.ts";
import {
  PASSWORD,
  postJson,
  type SignedIn,
  signIn,
  type TestServer,
  untilHealthy,
  useServer,
} from "./support/stack.ts";

const { stack, server } = useServer({ LIMIT_SIGN_INS: "1000/60", LIMIT_ACCOUNTS: "1000/60" });
const NEW_PASSWORD = "another horse 9 Battery";
const SIGNED_OUT = { status: 401, app_code: "unauthenticated" };

const createPerson = async (handle: string) => {
  const email = `${handle}@example.com`;
  await stack.pool.createUser({ handle, email, display_name: handle, password: PASSWORD });
  return { handle, email };
};
const refresh = (to: { url: string }, cookie: string) =>
  postJson(`${to.url}/session/refresh`, {}, { cookie });
const cookieOf = (response: Response) => response.headers.get("set-cookie")?.split(";")[0] ?? "";
const me = (to: { url: string }, { access_token }: { access_token: string }) =>
  createClient(to.url, access_token).users.me.query();
const signOut = (to: { url: string }, { cookie }: SignedIn, path = "") =>
  postJson(`${to.url}/session${path}`, { password: PASSWORD }, { cookie }, "DELETE");

/** A live connection, and a promise that resolves with its text when the server ends it. */
async function listen(to: { url: string }, { access_token }: SignedIn) {
  const response = await fetch(`${to.url}/trpc/live.events`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes('"type":"ready"')) text += (await reader?.read())?.value ?? "";
  const ended = (async () => {
    for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read()) {
      text += chunk.value;
    }
    return text;
  })();
  return { ended };
}

async function resetPassword({ handle }: { handle: string }, password: string): Promise<void> {
  await postJson(`${server.url}/account/forgot`, { handle });
  const { code } = stack.pool.mails().findLast((mail) => mail.handle === handle) ?? {};
  const reset = await postJson(`${server.url}/account/reset`, { handle, code, password });
  expect(reset.status).toBe(204);
}

describe("a thief who is signed in", () => {
  test("loses every session and live connection when the owner resets the password, also at other servers", async () => {
    const owner = await createPerson("robbed");
    const other = await stack.start();
    await Promise.all([server, other].map(untilHealthy));
    const thief = await signIn(server, owner.handle);
    const elsewhere = await signIn(other, owner.handle);
    await Promise.all([me(server, thief), me(other, elsewhere), me(other, thief)]);
    const connections = [await listen(server, thief), await listen(other, elsewhere)];
    await resetPassword(owner, NEW_PASSWORD);
    for (const { ended } of connections) expect(await ended).toContain('"type":"signed_out"');
    for (const [to, session] of [
      [server, thief],
      [other, elsewhere],
      [other, thief],
    ] as const) {
      expect(await refusalOf(me(to, session))).toEqual(SIGNED_OUT);
      expect((await refresh(to, session.cookie)).status).toBe(401);
    }
    // The owner signs in at once, in the same second.
    await me(server, await signIn(server, owner.handle, NEW_PASSWORD));
  });

  test("loses the access token and the live connection when that session signs out, and no other session does", async () => {
    const owner = await createPerson("careless");
    const [here, phone] = [await signIn(server, owner.handle), await signIn(server, owner.handle)];
    await Promise.all([me(server, here), me(server, phone)]);
    const connection = await listen(server, here);
    const other = await listen(server, phone);
    expect((await signOut(server, here)).status).toBe(204);
    expect(await connection.ended).toContain('"type":"signed_out"');
    expect(await refusalOf(me(server, here))).toEqual(SIGNED_OUT);
    await me(server, phone);
    const state = await Promise.race([other.ended, Promise.resolve("still open")]);
    expect(state).toBe("still open");
    await signOut(server, phone);
  });

  test("is signed out of the browser, too, when the account was suspended a moment ago", async () => {
    await createPerson("suspended");
    const { access_token, cookie, user } = await signIn(server, "suspended");
    await refresh(server, cookie);
    await createSuspensions(stack.postgres.db).suspend(user.uuid);
    const refused = { status: 401, app_code: "account_suspended" };
    await expect.poll(() => refusalOf(me(server, { access_token }))).toEqual(refused);
    const answer = await postJson(`${server.url}/session`, {}, { cookie }, "DELETE");
    expect([answer.status, answer.headers.get("clear-site-data")]).toEqual([204, '"cache"']);
  });

  test("guesses no more than a stranger after the reset, in a browser that was known before", async () => {
    const owner = await createPerson("formerly");
    const strict = await stack.start({ LIMIT_SIGN_INS: "3/60", TRUSTED_PROXIES: "1" });
    const guess = (address: string, password: string, cookie = "") =>
      postJson(
        `${strict.url}/session`,
        { handle: owner.handle, password },
        { "x-forwarded-for": address, cookie },
      );
    const first = await guess("10.0.0.9", PASSWORD);
    const device = first.headers.getSetCookie().at(-1)?.split(";")[0] ?? "";
    expect(device).toMatch(/^cruddur_device=/);
    await resetPassword(owner, NEW_PASSWORD);
    for (let n = 0; n < 3; n += 1) await guess("10.0.0.1", "a wrong guess");
    expect((await guess("10.0.0.1", PASSWORD, device)).status).toBe(429);
  });

  test("signed in in the same second isn't missed when the owner signs out everywhere", async () => {
    const owner = await createPerson("hurried");
    const { access_token, user, cookie } = await signIn(server, owner.handle);
    await signOut(server, { access_token, user, cookie, expires_in: 0 }, "/all");
    const { rows } = await stack.postgres.pool.query<{ ended: number }>(
      "select floor(extract(epoch from sessions_ended_at))::int as ended from users where uuid = $1",
      [user.uuid],
    );
    const auth_time = rows[0]?.ended ?? 0;
    const claims = Buffer.from(access_token.split(".")[1] ?? "", "base64url").toString();
    const { sub } = JSON.parse(claims) as { sub: string };
    const thief = { access_token: await stack.pool.signToken({ sub, auth_time }) };
    expect(await refusalOf(me(server, thief))).toEqual(SIGNED_OUT);
    await me(server, {
      access_token: await stack.pool.signToken({ sub, auth_time: auth_time + 1 }),
    });
  });

  test.each(["", "/all"])(
    "stays signed out after a restart of the server (DELETE /session%s)",
    async (path) => {
      const owner = await createPerson(`restarted${path.length}`);
      const thief = await signIn(server, owner.handle);
      await signOut(server, thief, path);
      const restarted: TestServer = await stack.start();
      expect(await refusalOf(me(restarted, thief))).toEqual(SIGNED_OUT);
      await restarted.stop();
    },
  );

  test("ends the whole session by sending a refresh token that has a successor", async () => {
    const owner = await createPerson("copied");
    const first = await signIn(server, owner.handle);
    const successor = await refresh(server, first.cookie);
    const { access_token } = (await successor.json()) as SignedIn;
    const connection = await listen(server, { ...first, access_token });
    // The pool accepts a spent token for some seconds, for an answer that got lost.
    stack.setPoolAhead(120_000);
    const other = await stack.start();
    expect((await refresh(other, first.cookie)).status).toBe(401);
    stack.setPoolAhead(0);
    expect(await connection.ended).toContain('"type":"signed_out"');
    expect(await refusalOf(me(server, { access_token }))).toEqual(SIGNED_OUT);
    expect((await refresh(server, cookieOf(successor))).status).toBe(401);
    expect(other.logs()).toContain("a spent refresh token was sent");
    expect(other.logs()).not.toContain(first.cookie.split("=")[1]);
  });
});

describe("a live connection's path", () => {
  /** Sends a request target as it is, which fetch doesn't. */
  const statusOf = (path: string, token: string, method = "GET"): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` };
      const sent = request({ port: server.port, path, method, headers }, (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      sent.once("error", reject).end();
    });

  test.each([
    "/trpc/live.events/",
    "/trpc//live.events",
    "//trpc/live.events",
    "/trpc/./live.events",
    "/./trpc/live.events",
    "/x/../trpc/live.events",
    "/trpc/%2e/live.events",
    "/trpc/live%2eevents",
    "/trpc/live%252eevents",
    "/%74rpc/live.events",
    "/trpc/live.events#x",
    "/trpc/live.events#x?batch=1",
    "/trpc\\live.events",
    "/TRPC/live.events",
    "http://localhost/trpc/live.events",
    "/trpc/live.events,live.events?batch=1&input=%7B%7D",
    "/trpc/users.me,live.events?batch=1&input=%7B%7D",
  ])("has one spelling: %s is 404", async (path) => {
    const { access_token } = await signIn(server, "londo");
    expect(await statusOf(path, access_token)).toBe(404);
  });

  test("takes GET alone", async () => {
    const { access_token } = await signIn(server, "londo");
    expect(await statusOf("/trpc/live.events", access_token)).toBe(200);
    for (const method of ["POST", "HEAD", "PUT"]) {
      expect(await statusOf("/trpc/live.events", access_token, method), method).toBe(404);
    }
  });
});
