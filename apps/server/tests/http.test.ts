import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClientId } from "@cruddur/core/ids";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createClient } from "./support/client.ts";
import { postJson, type Stack, signIn, startStack, type TestServer } from "./support/stack.ts";

const ORIGIN = "http://localhost:3000";
let stack: Stack;
let server: TestServer;
let webRoot: string;

beforeAll(async () => {
  webRoot = mkdtempSync(join(tmpdir(), "cruddur-web-"));
  mkdirSync(join(webRoot, "assets"));
  writeFileSync(join(webRoot, "index.html"), "<!doctype html><title>app</title>");
  writeFileSync(join(webRoot, "assets/app-abc123.js"), "console.log('app')");
  writeFileSync(join(webRoot, "assets/app-abc123.js.br"), "pretend brotli");
  stack = await startStack();
  server = await stack.start({ WEB_ROOT: webRoot });
});
afterAll(async () => {
  await stack.stop();
  rmSync(webRoot, { recursive: true });
});

describe("every response", () => {
  test.each([
    "/",
    "/healthz",
    "/trpc/users.me",
    "/assets/none.js",
    "/session",
    "/trpc/live.events",
  ])("%s tells the browser to be strict", async (path) => {
    const response = await fetch(server.url + path);
    const csp = response.headers.get("content-security-policy") ?? "";
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).not.toContain("unsafe");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);
    await response.body?.cancel();
  });

  test("CORS answers the web origin only", async () => {
    const preflight = (origin: string) =>
      fetch(`${server.url}/trpc/messages.create`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
    const ours = await preflight(ORIGIN);
    expect(ours.status).toBe(204);
    expect(ours.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(ours.headers.get("access-control-allow-headers")).toContain("authorization");
    const foreign = await preflight("https://evil.example");
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
    const answer = await fetch(`${server.url}/healthz`, { headers: { origin: ORIGIN } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(answer.headers.get("vary")).toContain("origin");
  });
});

describe("the web app", () => {
  test.each(["/", "/messages", "/messages/new/londo", "/messages/@some.one"])(
    "%s is its page",
    async (path) => {
      const response = await fetch(server.url + path);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe("no-cache");
      expect(await response.text()).toContain("<title>app</title>");
    },
  );

  test("assets are kept for ever, precompressed where the browser can", async () => {
    const response = await fetch(`${server.url}/assets/app-abc123.js`, {
      headers: { "accept-encoding": "identity" },
    });
    expect(response.headers.get("cache-control")).toContain("immutable");
    expect(await response.text()).toBe("console.log('app')");
    const etag = response.headers.get("etag") ?? "";
    const again = await fetch(`${server.url}/assets/app-abc123.js`, {
      headers: { "if-none-match": etag },
    });
    expect(again.status).toBe(304);
    const brotli = await fetch(`${server.url}/assets/app-abc123.js`, {
      method: "HEAD",
      headers: { "accept-encoding": "br" },
    });
    expect(brotli.headers.get("content-encoding")).toBe("br");
  });

  test.each(["br", "gzip"])(
    "what nobody compressed goes out as %s all the same",
    async (encoding) => {
      const response = await fetch(`${server.url}/`, { headers: { "accept-encoding": encoding } });
      expect(response.headers.get("content-encoding")).toBe(encoding);
      expect(await response.text()).toContain("<title>app</title>");
    },
  );

  test.each([
    "/assets/gone-1.js",
    "/assets/",
    "/assets/..%2f..%2fpackage.json",
    "/nothing.png",
    "/../../etc/passwd.txt",
  ])("%s stays a 404", async (path) => {
    expect((await fetch(server.url + path)).status).toBe(404);
  });
});

describe("limits of the wire", () => {
  test("a body over the limit is 413, chunked or not", async () => {
    const big = JSON.stringify({ message: "x".repeat(300_000) });
    const plain = await fetch(`${server.url}/trpc/messages.create`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: big,
    });
    expect([plain.status, await plain.json()]).toMatchObject([
      413,
      { app_code: "payload_too_large" },
    ]);
    const chunked = await fetch(`${server.url}/trpc/messages.create`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Blob([big]).stream(),
      duplex: "half",
    } as RequestInit);
    expect(chunked.status).toBe(413);
  });

  test("a batch over the limit is refused", async () => {
    const paths = Array.from({ length: 21 }, () => "users.me").join(",");
    const response = await fetch(`${server.url}/trpc/${paths}?batch=1&input=%7B%7D`);
    expect(response.status).toBe(422);
  });

  test("deeply nested JSON is refused like any other", async () => {
    const { access_token } = await signIn(server, "londo");
    const response = await fetch(`${server.url}/trpc/messages.create`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${access_token}` },
      body: `{"message":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    });
    expect(response.status).toBe(422);
  });

  test.concurrent.each([
    ["its headers", "GET /healthz HTTP/1.1\r\nhost: x\r\n"],
    [
      "its body",
      "POST /session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    ],
  ])("a client that sends %s too slowly is cut", { timeout: 90_000 }, async (_, beginning) => {
    const socket = createConnection(server.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(beginning);
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    await new Promise((resolve) => socket.once("close", resolve));
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
  });
});

describe("rate limits", () => {
  test("sends over the limit are 429 with the seconds to wait, on all servers together", async () => {
    const limit = { LIMIT_SENDS: "5/60" };
    const [one, two] = await Promise.all([stack.start(limit), stack.start(limit)]);
    const { access_token } = await signIn(one, "andrewbrown");
    const send = (to: TestServer) =>
      postJson(
        `${to.url}/trpc/messages.create`,
        { handle: "bayko", message: "again", client_id: createClientId() },
        { authorization: `Bearer ${access_token}` },
      );
    for (let n = 0; n < 5; n += 1) expect((await send(one)).status).toBe(200);
    const refused = await send(one);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const { error } = (await refused.json()) as { error: { data: object } };
    expect(error.data).toMatchObject({
      app_code: "rate_limited",
      retry_after_seconds: expect.any(Number),
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await send(two)).status).toBe(429);
  });

  test("guessing passwords is limited by handle, whatever the address", async () => {
    const proxied = await stack.start({ LIMIT_SIGN_INS: "3/60", TRUSTED_PROXIES: "1" });
    const guess = (n: number) =>
      postJson(
        `${proxied.url}/session`,
        { handle: "Londo", password: `guess ${n}` },
        { "x-forwarded-for": `6.6.6.6, 10.0.0.${n}` },
      );
    const statuses = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await guess(n)).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });
});

test("healthz names the part that is down", async () => {
  const healthy = await fetch(`${server.url}/healthz`);
  expect([healthy.status, await healthy.json()]).toMatchObject([
    200,
    { status: "ok", parts: { postgres: "up", dynamodb: "up", user_pool: "up" } },
  ]);
  const broken = await stack.start({ MESSAGES_TABLE: "no-such-table" });
  const response = await fetch(`${broken.url}/healthz`);
  expect([response.status, await response.json()]).toMatchObject([
    503,
    { status: "down", parts: { postgres: "up", dynamodb: "down" } },
  ]);
});

test("metrics are on a port of their own", async () => {
  expect(
    (await fetch(`${server.url}/metrics`, { headers: { accept: "text/plain" } })).headers.get(
      "content-type",
    ),
  ).not.toContain("version=");
  const response = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
  const text = await response.text();
  for (const name of [
    "cruddur_http_requests_total",
    "cruddur_procedure_seconds",
    "cruddur_dynamodb_consumed_units_total",
    "cruddur_live_streams 0",
    "cruddur_live_channel_up 1",
  ]) {
    expect(text).toContain(name);
  }
});

test("a warm request asks Postgres nothing", async () => {
  const { access_token } = await signIn(server, "londo");
  const client = createClient(server.url, access_token);
  const page = async () => {
    const sent = await client.messages.create.mutate({
      handle: "bayko",
      message: "warm",
      client_id: createClientId(),
    });
    const { message_group_uuid } = sent;
    await Promise.all([
      client.messageGroups.list.query({}),
      client.messages.list.query({ message_group_uuid }),
      client.messageGroups.get.query({ message_group_uuid }),
      client.users.me.query(),
      client.users.short.query({ handle: "bayko" }),
    ]);
  };
  await page();
  // The server runs in this process, so every query of its own passes here.
  using queries = vi.spyOn(pg.Client.prototype, "query");
  await page();
  const texts = queries.mock.calls.map(([query]) => textOf(query));
  // What other servers are told goes out behind the requests, not in them.
  expect(texts.filter((text) => !/pg_notify/.test(text))).toEqual([]);
  await client.users.search.query({ query: "bayko" });
  expect(queries.mock.calls.length).toBeGreaterThan(texts.length);
});

function textOf(query: unknown): string {
  return typeof query === "string" ? query : String((query as { text?: string }).text);
}

test("a run's logs hold no text and no tokens", async () => {
  const { access_token, cookie } = await signIn(server, "andrewbrown");
  const client = createClient(server.url, access_token);
  const text = "Zathras-warned-you";
  await client.messages.create.mutate({
    handle: "londo",
    message: text,
    client_id: createClientId(),
  });
  await client.users.search.query({ query: "secret-search" });
  await postJson(`${server.url}/session`, { handle: "londo", password: "secret-password" });
  await postJson(`${server.url}/session/refresh`, {}, { cookie });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const logs = server.logs();
  const lines = logs
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(
    lines.some(
      ({ path, user_uuid, duration_ms }) =>
        path === "/trpc/messages.create" && user_uuid && duration_ms,
    ),
  ).toBe(true);
  for (const secret of [
    text,
    "secret-search",
    "secret-password",
    access_token.slice(0, 40),
    cookie.split("=")[1] ?? "?",
    "eyJ",
  ]) {
    expect(logs).not.toContain(secret);
  }
});

test("an unexpected error says nothing of its inside", async () => {
  const broken = await stack.start({ MESSAGES_TABLE: "no-such-table" });
  const { access_token } = await signIn(broken, "londo");
  const response = await fetch(`${broken.url}/trpc/messageGroups.list?input=%7B%7D`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  expect(response.status).toBe(500);
  const body = await response.text();
  expect(JSON.parse(body)).toEqual({
    error: {
      code: -32603,
      message: "internal_error",
      data: {
        code: "INTERNAL_SERVER_ERROR",
        httpStatus: 500,
        app_code: "internal_error",
        retry_after_seconds: null,
      },
    },
  });
  expect(broken.logs()).toContain("ResourceNotFoundException");
});
