import { describe, expect, test } from "vitest";
import { createClient, refusalOf } from "./support/client.ts";
import { PASSWORD, postJson, signIn, useServer } from "./support/stack.ts";

const { stack, server } = useServer({ LIMIT_SIGN_INS: "1000/60", LIMIT_ACCOUNTS: "1000/60" });

const refresh = (cookie: string, headers: Record<string, string> = {}) =>
  postJson(`${server.url}/session/refresh`, {}, { cookie, ...headers });
const cookieOf = (response: Response) => response.headers.get("set-cookie")?.split(";")[0] ?? "";

describe("signing in", () => {
  test("the refresh token is in a cookie that no script and no other site can read", async () => {
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
    expect(response.headers.get("set-cookie")).toMatch(/^__Host-cruddur_session=[^;]+;.*Path=\/;/);
    for (const line of response.headers.getSetCookie()) expect(line).toMatch(/; Secure/);
    expect(response.headers.get("strict-transport-security")).toMatch(/max-age=\d{8}/);
  });

  test("a wrong password and an unknown handle get the same answer", async () => {
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
  test("returns a new access token and rotates the cookie", async () => {
    const { cookie } = await signIn(server, "bayko");
    const response = await refresh(cookie);
    expect(response.status).toBe(200);
    const { access_token } = (await response.json()) as { access_token: string };
    expect(await createClient(server.url, access_token).users.me.query()).toMatchObject({
      handle: "bayko",
    });
  });

  test("two tabs that renew at the same time both succeed, and again afterwards", async () => {
    const { cookie } = await signIn(server, "bayko");
    const answers = await Promise.all([refresh(cookie), refresh(cookie), refresh(cookie)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const answer of answers) expect((await refresh(cookieOf(answer))).status).toBe(200);
  });

  test("without a session is 401 and keeps the newer cookie of another tab", async () => {
    expect((await postJson(`${server.url}/session/refresh`, {})).status).toBe(401);
    const stale = await refresh("cruddur_session=made-up");
    expect(stale.status).toBe(401);
    expect(stale.headers.get("set-cookie")).toBeNull();
  });
});

describe("signing out", () => {
  test("ends the session for good and deletes the cookie", async () => {
    const { cookie } = await signIn(server, "bayko");
    const response = await postJson(`${server.url}/session`, undefined, { cookie }, "DELETE");
    expect(response.status).toBe(204);
    expect(response.headers.get("set-cookie")).toMatch(/cruddur_session=; Max-Age=0/);
    expect(response.headers.get("clear-site-data")).toBe('"cache"');
    expect((await refresh(cookie)).status).toBe(401);
  });

  test("ends a session that was just rotated, too", async () => {
    const { cookie } = await signIn(server, "bayko");
    const rotated = cookieOf(await refresh(cookie));
    await postJson(`${server.url}/session`, undefined, { cookie }, "DELETE");
    expect((await refresh(rotated)).status).toBe(401);
  });

  test("everywhere ends all sessions and their access tokens, on every server", async () => {
    const second = await stack.start();
    const here = await signIn(server, "andrewbrown");
    const there = await signIn(second, "andrewbrown");
    const client = createClient(second.url, there.access_token);
    await client.users.me.query();
    const response = await postJson(
      `${server.url}/session/all`,
      { password: PASSWORD },
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

test("of two session cookies none is used, because another host may have set one", async () => {
  const { cookie } = await signIn(server, "londo");
  for (const both of [`${cookie}; cruddur_session=${"x".repeat(40)}`, `${cookie}; ${cookie}`]) {
    expect((await refresh(both)).status).toBe(401);
  }
  expect((await refresh(cookie)).status).toBe(200);
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

  test("the page's own origin is accepted under each of its names", async () => {
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
