import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PostgresEngine, startPostgres } from "@cruddur/engines/postgres";
import { startTcpProxy } from "@cruddur/engines/tcp-proxy";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  createNotifications,
  NOTIFICATION_MAX_BYTES,
  type Notifications,
} from "../src/postgres-notifications.ts";

let directory: string;
let postgres: PostgresEngine;
const open: Notifications[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cruddur-notifications-"));
  postgres = await startPostgres({ dataDir: join(directory, "data") });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(async () => {
  await postgres?.stop();
  await rm(directory, { recursive: true, force: true });
});

function connect(): Notifications {
  const made = createNotifications({ connectionUrl: postgres.connectionUrl, onError: () => {} });
  open.push(made);
  return made;
}

/** Creates a subscriber that records what it receives and how often it reconnected. */
async function listen(channel: string) {
  const notifications = connect();
  const got: string[] = [];
  let reconnects = 0;
  notifications.onReconnect(() => {
    reconnects += 1;
  });
  const unsubscribe = await notifications.subscribe(channel, (payload) => got.push(payload));
  return { notifications, got, unsubscribe, reconnects: () => reconnects };
}

async function query(connectionUrl: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: connectionUrl });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

const endSubscribers = () =>
  query(
    postgres.connectionUrl,
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cruddur-notifications'",
  );

test("every server receives what any server publishes on a channel, in order", async () => {
  const a = await listen("Live:α");
  const b = await listen("Live:α");
  const other = await listen("other");
  const payloads = Array.from({ length: 200 }, (_, n) => `event ${n}`);
  await Promise.all(payloads.map((payload) => a.notifications.publish("Live:α", payload)));
  await expect.poll(() => b.got.length).toBe(200);
  expect(a.got).toEqual(payloads);
  expect(b.got).toEqual(payloads);
  expect(other.got).toEqual([]);
  expect(a.reconnects()).toBe(0);
});

test("a handler that unsubscribed receives nothing more, and other handlers of the channel still do", async () => {
  const a = await listen("live");
  const second: string[] = [];
  await a.notifications.subscribe("live", (payload) => second.push(payload));
  await a.unsubscribe();
  await a.notifications.publish("live", "x");
  await expect.poll(() => second).toEqual(["x"]);
  expect(a.got).toEqual([]);
});

test("a payload that Postgres would refuse is refused before it is sent, and affects no other payload", async () => {
  const a = await listen("live");
  const full = "é".repeat(Math.floor(NOTIFICATION_MAX_BYTES / 2));
  const results = await Promise.allSettled([
    a.notifications.publish("live", full),
    a.notifications.publish("live", `${full}é`),
  ]);
  expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected"]);
  await expect.poll(() => a.got).toEqual([full]);
});

test("what is published after `ready` resolves is received", async () => {
  await using proxy = await startTcpProxy({ targetPort: postgres.port });
  proxy.stall();
  const url = new URL(postgres.connectionUrl);
  url.port = String(proxy.port);
  const notifications = createNotifications({ connectionUrl: url.href, onError: () => {} });
  open.push(notifications);
  const got: string[] = [];
  let isReady = false;
  void notifications.subscribe("live", (payload) => got.push(payload));
  const ready = notifications.ready().then(() => {
    isReady = true;
  });
  await expect.poll(() => proxy.connections()).toBe(1);
  expect([isReady, notifications.isConnected()]).toEqual([false, false]);
  proxy.resume();
  await ready;
  expect(notifications.isConnected()).toBe(true);
  await query(postgres.connectionUrl, "select pg_notify('live', 'heard')");
  await expect.poll(() => got).toEqual(["heard"]);
  await notifications.close();
});

test("a subscriber whose connection the server ends reconnects, reports it, and receives again", async () => {
  const a = await listen("live");
  await endSubscribers();
  await expect.poll(a.reconnects).toBe(1);
  await a.notifications.publish("live", "after");
  await expect.poll(() => a.got).toEqual(["after"]);
});

test("a subscriber reconnects after a restart of Postgres; meanwhile publishing fails at once as `unavailable`", async () => {
  const a = await listen("live");
  const { port } = postgres;
  await postgres.stop();
  await expect.poll(() => a.notifications.isConnected()).toBe(false);
  await expect(a.notifications.publish("live", "lost")).rejects.toMatchObject({
    code: "unavailable",
  });
  const late: string[] = [];
  await a.notifications.subscribe("late", (payload) => late.push(payload));
  postgres = await startPostgres({ dataDir: join(directory, "data"), port });
  await expect.poll(a.reconnects).toBe(1);
  await a.notifications.publish("live", "after");
  await a.notifications.publish("late", "after");
  await expect.poll(() => [...a.got, ...late]).toEqual(["after", "after"]);
});

test("a network that goes silent is noticed, and the subscriber reconnects", async () => {
  await using proxy = await startTcpProxy({ targetPort: postgres.port });
  const url = new URL(postgres.connectionUrl);
  url.port = String(proxy.port);
  const notifications = createNotifications({
    connectionUrl: url.href,
    onError: () => {},
    keepAliveMs: 200,
    timeoutMs: 500,
  });
  open.push(notifications);
  const got: string[] = [];
  let reconnects = 0;
  notifications.onReconnect(() => {
    reconnects += 1;
  });
  await notifications.subscribe("live", (payload) => got.push(payload));
  proxy.stall();
  await expect.poll(() => notifications.isConnected()).toBe(false);
  proxy.resume();
  await expect.poll(() => reconnects).toBe(1);
  await notifications.publish("live", "after");
  await expect.poll(() => got).toEqual(["after"]);
  await notifications.close();
});

test("the error of a handler is reported and affects neither other handlers nor the connection", async () => {
  const errors: unknown[] = [];
  const notifications = createNotifications({
    connectionUrl: postgres.connectionUrl,
    onError: (error) => errors.push(error),
  });
  open.push(notifications);
  const got: string[] = [];
  await notifications.subscribe("live", () => {
    throw new Error("handler");
  });
  await notifications.subscribe("live", (payload) => got.push(payload));
  await notifications.publish("live", "x");
  await expect.poll(() => got).toEqual(["x"]);
  expect(errors).toMatchObject([{ message: "handler" }]);
});

test("closing while the database is down makes no further attempt to connect", async () => {
  let failures = 0;
  const notifications = createNotifications({
    connectionUrl: "postgres://postgres@127.0.0.1:1/postgres",
    onError: () => {
      failures += 1;
    },
  });
  await notifications.ready();
  const before = failures;
  await notifications.close();
  expect([before > 0, failures - before]).toEqual([true, 0]);
});
