import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type AddressInfo, createConnection } from "node:net";
import { createClientId } from "@cruddur/contract/ids";
import { openLiveNotices } from "@cruddur/live-notices/open";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { createHttpServer, type HttpServerOptions } from "../src/http/server.ts";
import { createClient, refusalOf } from "./support/client.ts";
import { PASSWORD, postJson, signIn, type TestServer, useServer } from "./support/stack.ts";

const { stack, server } = useServer();

describe("limits of requests", () => {
  test("a body over the limit is 413, with or without chunks", async () => {
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

  test("deeply nested JSON is refused like any other invalid input", async () => {
    const { access_token } = await signIn(server, "londo");
    const response = await fetch(`${server.url}/trpc/messages.create`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${access_token}` },
      body: `{"message":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    });
    expect(response.status).toBe(422);
  });

  /** The public server alone, with a route that waits for its whole body. */
  const createListener = (
    timeouts?: HttpServerOptions["timeouts"],
    own: Partial<HttpServerOptions> = {},
  ) =>
    createHttpServer({
      routes: new Hono().post("*", async (c) =>
        c.text(await c.req.text().catch(() => "")),
      ) as never,
      fastCalls: async () => false,
      live: { handle: async () => {} },
      limits: { consume: async () => {} },
      webOrigin: "http://localhost",
      trustedProxies: 0,
      traced: (_request, _scope, work) => work(),
      onFinished() {},
      ...(timeouts === undefined ? {} : { timeouts }),
      ...own,
    });

  test.each([
    ["its headers", "GET /healthz HTTP/1.1\r\nhost: x\r\n"],
    [
      "its body",
      "POST /session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    ],
  ])("a client that never finishes %s is cut", async (_, beginning) => {
    await using listener = createListener({
      headersTimeout: 50,
      requestTimeout: 100,
      connectionsCheckingInterval: 10,
    });
    await once(listener.listen(0, "127.0.0.1"), "listening");
    const socket = createConnection((listener.address() as AddressInfo).port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(beginning);
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    await once(socket, "close");
    expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  test("a client that never receives its answer is cut, and one that does is not", async () => {
    await using listener = createListener(undefined, {
      receiveTimeoutMs: 100,
      fastCalls: async ({ url }, response) => {
        response.end("x".repeat(url === "/short" ? 10 : 20_000_000));
        return true;
      },
    });
    await once(listener.listen(0, "127.0.0.1"), "listening");
    const { port } = listener.address() as AddressInfo;
    const slow = createConnection(port, "127.0.0.1");
    slow.pause();
    slow.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    const [, response] = (await once(listener, "request")) as [unknown, ServerResponse];
    await once(response, "close");
    // What the operating system had taken before is still received.
    let received = 0;
    slow
      .on("error", () => {})
      .on("data", (chunk) => {
        received += chunk.length;
      });
    await once(slow.resume(), "close");
    expect(received).toBeLessThan(20_000_000);
    const answer = await fetch(`http://127.0.0.1:${port}/short`);
    expect(await answer.text()).toHaveLength(10);
  });

  test("headers may take 10 seconds, a whole request 30", () => {
    const { headersTimeout, requestTimeout } = createListener();
    expect([headersTimeout, requestTimeout]).toEqual([10_000, 30_000]);
  });
});

describe("rate limits", () => {
  test("sends over the limit are 429 with the seconds to wait, counted on all servers together", async () => {
    const limit = { LIMIT_SENDS: "5/60" };
    await stack.acquaint("andrewbrown", "bayko");
    const [one, two] = await Promise.all([stack.start(limit), stack.start(limit)]);
    const { access_token, user } = await signIn(one, "andrewbrown");
    const received: string[] = [];
    const connection = createClient(two.url, access_token).live.events.subscribe(undefined, {
      onData: ({ data }) =>
        received.push(data.type === "message" ? data.message.message : data.type),
    });
    await expect.poll(() => received).toContain("ready");
    const listener = await openLiveNotices({
      connectionUrl: stack.env.CONNECTION_URL,
      onError: () => {},
    });
    const notices: string[] = [];
    listener.subscribe("limits", (payload) => notices.push(payload));
    await listener.ready();
    /** The sends that the first server has reported to the others. */
    const countReported = () =>
      notices
        .flatMap((notice) => (JSON.parse(notice) as { used: [string, string, number][] }).used)
        .filter(([limit, key]) => limit === "sends" && key === `u:${user.uuid}`)
        .reduce((sum, [, , count]) => sum + count, 0);
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
    await expect.poll(countReported).toBe(5);
    // Notices arrive in order, so a server that receives this one has received the reports of uses.
    await createClient(one.url, (await signIn(one, "londo")).access_token).messages.create.mutate({
      handle: "andrewbrown",
      message: "marker",
      client_id: createClientId(),
    });
    await expect.poll(() => received).toContain("marker");
    connection.unsubscribe();
    await listener.close();
    expect((await send(two)).status).toBe(429);
  });

  describe("of guessed passwords", () => {
    const guessAt = async (target: { url: string }) => {
      return (handle: string, address: string, password = "a wrong guess", cookie = "") =>
        postJson(
          `${target.url}/session`,
          { handle, password },
          { "x-forwarded-for": `6.6.6.6, ${address}`, cookie },
        );
    };
    const proxied = () => stack.start({ LIMIT_SIGN_INS: "3/60", TRUSTED_PROXIES: "1" });
    const createPerson = (handle: string) =>
      stack.pool.createUser({
        ...{ handle, display_name: handle, email: `${handle}@example.com`, password: PASSWORD },
      });

    test("hold for an account's handle and email address together, from one address", async () => {
      await createPerson("guessed");
      const guess = await guessAt(await proxied());
      expect((await guess("guessed", "10.0.0.9", PASSWORD)).status).toBe(200);
      const statuses = [];
      for (const name of ["Guessed", "guessed@example.com", "@guessed", "GUESSED@example.com"]) {
        statuses.push((await guess(name, "10.0.0.1")).status);
      }
      expect(statuses).toEqual([401, 401, 401, 429]);
    });

    test("don't lock the owner out, who is at another address or in a known device", async () => {
      await createPerson("besieged");
      const guess = await guessAt(await proxied());
      const first = await guess("besieged", "10.0.0.9", PASSWORD);
      const device = first.headers.getSetCookie().at(-1)?.split(";")[0] ?? "";
      expect(device).toMatch(/^cruddur_device=/);
      for (let n = 0; n < 10; n += 1) await guess("besieged", "10.0.0.1");
      expect((await guess("besieged", "10.0.0.1", PASSWORD)).status).toBe(429);
      expect((await guess("besieged", "10.0.0.2", PASSWORD)).status).toBe(200);
      expect((await guess("besieged", "10.0.0.1", PASSWORD, device)).status).toBe(200);
      const forged = `${device.slice(0, -4)}AAAA`;
      expect((await guess("besieged", "10.0.0.1", PASSWORD, forged)).status).toBe(429);
      expect((await guess("besieged", "10.0.0.1", PASSWORD, `${device}; ${device}`)).status).toBe(
        429,
      );
    });

    test("hold for all networks of one /48 of IPv6 together", async () => {
      const guess = await guessAt(await proxied());
      const statuses = [];
      // 30 of one address, 120 of one /48.
      for (let n = 0; n < 140; n += 1) {
        const network = (n * 256).toString(16);
        statuses.push((await guess(`nobody${n}`, `2001:db8:1:${network}::1`)).status);
      }
      expect(statuses.slice(0, 120)).not.toContain(429);
      expect(new Set(statuses.slice(120))).toEqual(new Set([429]));
    });
  });

  test("each person's reads, changes, new names and live connections are limited", async () => {
    const strict = await stack.start({
      LIMIT_READS: "3/60",
      LIMIT_CHANGES: "3/60",
      LIMIT_NAMES: "1/60",
      LIMIT_CONNECTIONS: "2/60",
    });
    const { access_token } = await signIn(strict, "londo");
    const client = createClient(strict.url, access_token);
    const refusal = { status: 429, app_code: "rate_limited" };
    const rename = (display_name: string) => client.users.update.mutate({ display_name });
    await rename("Londo M.");
    expect(await refusalOf(rename("Londo Mollari"))).toEqual(refusal);
    await client.users.update.mutate({ typing_indicators: true });
    expect(await refusalOf(client.users.update.mutate({ read_receipts: true }))).toEqual(refusal);
    for (let n = 0; n < 3; n += 1) await client.users.me.query();
    expect(await refusalOf(client.users.me.query())).toEqual(refusal);
    const connect = async () => {
      const leaving = new AbortController();
      const response = await fetch(`${strict.url}/trpc/live.events`, {
        headers: { authorization: `Bearer ${access_token}` },
        signal: leaving.signal,
      });
      let text = "";
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk as Uint8Array).toString();
        if (/"type":"ready"|app_code/.test(text)) break;
      }
      leaving.abort();
      return text.includes("rate_limited") ? "refused" : "connected";
    };
    expect([await connect(), await connect(), await connect()]).toEqual([
      "connected",
      "connected",
      "refused",
    ]);
    // Another person isn't affected.
    const other = createClient(strict.url, (await signIn(strict, "bayko")).access_token);
    await other.users.me.query();
  });
});
