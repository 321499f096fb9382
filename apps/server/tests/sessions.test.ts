import { users } from "@cruddur/db/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, refusalOf } from "./support/client.ts";
import {
  PASSWORD,
  postJson,
  type Stack,
  signIn,
  startStack,
  type TestServer,
} from "./support/stack.ts";

let stack: Stack;
let server: TestServer;
beforeAll(async () => {
  stack = await startStack();
  server = await stack.start({ LIMIT_SIGN_INS: "1000/60", LIMIT_ACCOUNTS: "1000/60" });
});
afterAll(() => stack.stop());

const refresh = (cookie: string, headers: Record<string, string> = {}) =>
  postJson(`${server.url}/session/refresh`, {}, { cookie, ...headers });
const cookieOf = (response: Response) => response.headers.get("set-cookie")?.split(";")[0] ?? "";

describe("signing in", () => {
  test("the refresh token goes into a cookie that no script and no other site gets", async () => {
    const response = await postJson(`${server.url}/session`, {
      handle: "londo",
      password: PASSWORD,
    });
    expect(response.status).toBe(200);
    const cookie = response.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Strict/);
    expect(cookie).toMatch(/; Path=\/session(;|$)/);
    expect(cookie).not.toMatch(/Secure/);
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({
      expires_in: 3600,
      user: { handle: "londo", email: "londo@example.com" },
    });
    expect(body).not.toContain(cookie.split(/[=;]/)[1]);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("the cookie is Secure where the site is https", async () => {
    const secure = await stack.start({ WEB_ORIGIN: "https://messages.example" });
    const response = await postJson(`${secure.url}/session`, {
      handle: "londo",
      password: PASSWORD,
    });
    expect(response.headers.get("set-cookie")).toMatch(/; Secure/);
    expect(response.headers.get("strict-transport-security")).toMatch(/max-age=\d{8}/);
  });

  test("a wrong password and an unknown handle are told apart by nothing", async () => {
    const answers = await Promise.all(
      ["londo", "nobody-here"].map(async (handle) => {
        const response = await postJson(`${server.url}/session`, {
          handle,
          password: "wrong wrong 1A",
        });
        return { status: response.status, body: await response.text() };
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.status).toBe(401);
    expect(answers[0]?.body).toContain("sign_in_failed");
  });

  test.each([
    [null],
    ["{"],
    [{}],
    [{ handle: 5, password: [] }],
    [{ handle: "a".repeat(300), password: "b" }],
  ])("a malformed body is refused: %j", async (body) => {
    const response = await fetch(`${server.url}/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    expect([401, 422]).toContain(response.status);
  });
});

describe("renewal", () => {
  test("gives a fresh access token and rotates the cookie", async () => {
    const { cookie } = await signIn(server, "bayko");
    const response = await refresh(cookie);
    expect(response.status).toBe(200);
    const { access_token } = (await response.json()) as { access_token: string };
    expect(await createClient(server.url, access_token).users.me.query()).toMatchObject({
      handle: "bayko",
    });
  });

  test("two tabs that renew at once both go on, and again after", async () => {
    const { cookie } = await signIn(server, "bayko");
    const answers = await Promise.all([refresh(cookie), refresh(cookie), refresh(cookie)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const answer of answers) expect((await refresh(cookieOf(answer))).status).toBe(200);
  });

  test("without a session it is 401 and leaves the cookie of a newer tab alone", async () => {
    expect((await postJson(`${server.url}/session/refresh`, {})).status).toBe(401);
    const stale = await refresh("cruddur_session=made-up");
    expect(stale.status).toBe(401);
    expect(stale.headers.get("set-cookie")).toBeNull();
  });
});

describe("signing out", () => {
  test("ends the session for good and drops the cookie", async () => {
    const { cookie } = await signIn(server, "bayko");
    const response = await postJson(`${server.url}/session`, undefined, { cookie }, "DELETE");
    expect(response.status).toBe(204);
    expect(response.headers.get("set-cookie")).toMatch(/cruddur_session=; Max-Age=0/);
    expect((await refresh(cookie)).status).toBe(401);
  });

  test("ends a session that was just rotated, too", async () => {
    const { cookie } = await signIn(server, "bayko");
    const rotated = cookieOf(await refresh(cookie));
    await postJson(`${server.url}/session`, undefined, { cookie }, "DELETE");
    expect((await refresh(rotated)).status).toBe(401);
  });

  test("everywhere: all sessions end, their access tokens too, on every server", async () => {
    const second = await stack.start();
    const here = await signIn(server, "andrewbrown");
    const there = await signIn(second, "andrewbrown");
    const client = createClient(second.url, there.access_token);
    await client.users.me.query();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const response = await postJson(
      `${server.url}/session/all`,
      undefined,
      { cookie: here.cookie },
      "DELETE",
    );
    expect(response.status).toBe(204);
    expect((await refresh(here.cookie)).status).toBe(401);
    const after = await postJson(`${second.url}/session/refresh`, {}, { cookie: there.cookie });
    expect(after.status).toBe(401);
    await expect
      .poll(() =>
        client.users.me.query().then(
          () => "served",
          () => "refused",
        ),
      )
      .toBe("refused");
    expect(await refusalOf(client.users.me.query())).toEqual({
      status: 401,
      app_code: "unauthenticated",
    });
    await signIn(server, "andrewbrown");
  });
});

describe("other sites", () => {
  const { origin } = new URL("https://evil.example");
  test.each([
    ["a foreign origin", { origin }],
    ["an opaque origin", { origin: "null" }],
    ["a cross-site fetch", { "sec-fetch-site": "cross-site" }],
    ["a sibling site", { "sec-fetch-site": "same-site" }],
  ])("%s can't use the cookie", async (_name, headers) => {
    const { cookie } = await signIn(server, "londo");
    for (const [method, path] of [
      ["POST", "/session"],
      ["POST", "/session/refresh"],
      ["DELETE", "/session"],
      ["DELETE", "/session/all"],
      ["POST", "/account"],
      ["POST", "/account/forgot"],
    ] as const) {
      const body = method === "POST" ? {} : undefined;
      const response = await postJson(server.url + path, body, { cookie, ...headers }, method);
      expect(response.status, `${method} ${path}`).toBe(403);
      expect(await response.json()).toMatchObject({ app_code: "origin_refused" });
    }
    expect((await refresh(cookie)).status).toBe(200);
  });

  test("a form's content types are refused", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      const response = await fetch(`${server.url}/session`, {
        method: "POST",
        headers: { "content-type": type },
        body: JSON.stringify({ handle: "londo", password: PASSWORD }),
      });
      expect(response.status, type).toBe(422);
    }
  });

  test("the page's own origin is served, under each of its names", async () => {
    for (const own of ["http://localhost:3000", server.url]) {
      const response = await postJson(
        `${server.url}/session`,
        { handle: "londo", password: PASSWORD },
        { origin: own, "sec-fetch-site": "same-origin" },
      );
      expect(response.status).toBe(200);
    }
  });
});

describe("accounts", () => {
  const account = {
    handle: "delenn",
    display_name: "Delenn of Mir",
    email: "delenn@example.com",
    password: PASSWORD,
  };
  const lastCode = (email: string) =>
    stack.pool.mails().findLast((mail) => JSON.stringify(mail).includes(email));
  const codeOf = (email: string) => /\b\d{6}\b/.exec(JSON.stringify(lastCode(email)))?.[0] ?? "";

  test("sign up, confirm, sign in: the person's row is made once, however many requests race", async () => {
    const made = await postJson(`${server.url}/account`, account);
    expect(made.status).toBe(201);
    expect(await made.json()).toEqual({ handle: "delenn" });
    const early = await postJson(`${server.url}/session`, { handle: "delenn", password: PASSWORD });
    expect(await early.json()).toMatchObject({ app_code: "user_not_confirmed" });
    const wrong = await postJson(`${server.url}/account/confirm`, {
      handle: "delenn",
      code: "000000",
    });
    expect(await wrong.json()).toMatchObject({ app_code: "confirmation_code_wrong" });
    const confirmed = await postJson(`${server.url}/account/confirm`, {
      handle: "delenn",
      code: codeOf(account.email),
    });
    expect(confirmed.status).toBe(204);
    const people = await Promise.all([1, 2, 3, 4].map(() => signIn(server, "delenn")));
    expect(new Set(people.map(({ user }) => user.uuid)).size).toBe(1);
    expect(people[0]?.user.display_name).toBe("Delenn of Mir");
  });

  test("a taken handle and a weak password are refused in words", async () => {
    const taken = await postJson(`${server.url}/account`, { ...account, email: "x@example.com" });
    expect([taken.status, await taken.json()]).toMatchObject([409, { app_code: "handle_taken" }]);
    const weak = await postJson(`${server.url}/account`, {
      ...account,
      handle: "weak1",
      password: "short",
    });
    expect([weak.status, await weak.json()]).toMatchObject([
      422,
      { app_code: "password_rejected" },
    ]);
  });

  test("a handle that only our database knows is refused at sign-up, not at the first sign-in", async () => {
    await stack.postgres.db
      .insert(users)
      .values({ handle: "lennier", email: "lennier@example.com", display_name: "Lennier" });
    const signUp = (email: string) =>
      postJson(`${server.url}/account`, { ...account, handle: "Lennier", email });
    const stranger = await signUp("stranger@example.com");
    expect([stranger.status, await stranger.json()]).toMatchObject([
      409,
      { app_code: "handle_taken" },
    ]);
    expect(lastCode("stranger@example.com")).toBeUndefined();
    expect((await signUp("lennier@example.com")).status).toBe(201);
  });

  test("sign-up can't be used to find out many handles", async () => {
    const strict = await stack.start({ LIMIT_ACCOUNTS: "3/60" });
    const statuses: number[] = [];
    for (const handle of ["andrewbrown", "bayko", "londo", "nobody-here"]) {
      const { status } = await postJson(`${strict.url}/account`, { ...account, handle });
      statuses.push(status);
    }
    expect(statuses).toEqual([409, 409, 409, 429]);
  });

  test("a forgotten password is reset by a code, without telling who exists", async () => {
    for (const handle of ["bayko", "nobody-here"]) {
      for (const path of ["forgot", "resend"]) {
        expect((await postJson(`${server.url}/account/${path}`, { handle })).status).toBe(204);
      }
    }
    const password = "another horse 7 Battery";
    const code = codeOf("bayko@example.com");
    const unknown = await postJson(`${server.url}/account/reset`, {
      handle: "nobody-here",
      code,
      password,
    });
    const wrong = await postJson(`${server.url}/account/reset`, {
      handle: "bayko",
      code: "000000",
      password,
    });
    expect(await unknown.json()).toEqual(await wrong.json());
    const reset = await postJson(`${server.url}/account/reset`, {
      handle: "bayko",
      code,
      password,
    });
    expect(reset.status).toBe(204);
    await signIn(server, "bayko", password);
  });
});
