import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Session } from "@cruddur/contract/accounts";
import { createDb } from "@cruddur/db/client";
import { DEMO_PEOPLE } from "@cruddur/db/seed";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { createMessagesStore } from "@cruddur/ddb/store";
import type { Member } from "@cruddur/ddb/types";
import { createDatabase } from "@cruddur/engines/postgres";
import { startUserPool } from "@cruddur/engines/user-pool";
import { beforeAll, inject, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import { createLogger } from "../../src/observe/logger.ts";
import { type RunningServer, startServer } from "../../src/start-server.ts";
import { TEMPLATE } from "./engines.ts";

export const PASSWORD = "correct horse 9 Battery";
export type Handle = "andrewbrown" | "bayko" | "londo";

export interface TestServer extends RunningServer {
  url: string;
  /** The server's log lines; only the latest when there are very many. */
  logs(): string;
}

export type Stack = Awaited<ReturnType<typeof startStack>>;

/** A database, a table and a user pool for one test file, and servers that use them. */
async function startStack() {
  let poolAheadMs = 0;
  const pool = await startUserPool({ now: () => Date.now() + poolAheadMs });
  const connectionUrl = await createDatabase(
    { connectionUrl: inject("connectionUrl") },
    `t_${randomUUID().replaceAll("-", "")}`,
    TEMPLATE,
  );
  const postgres = createDb({ connectionUrl, max: 2 });
  const tableName = `t-${randomUUID()}`;
  const client = createDynamoDbClient({ endpoint: inject("dynamoDbEndpoint") });
  await ensureTable(client, { tableName, stream: false });
  for (const { handle, email, display_name } of DEMO_PEOPLE) {
    await pool.createUser({ handle, email, display_name, password: PASSWORD });
  }

  const mailDirectory = await mkdtemp(join(tmpdir(), "cruddur-mail-"));
  const mailFile = join(mailDirectory, "mail.log");
  const env = {
    NODE_ENV: "test",
    PORT: "0",
    METRICS_PORT: "0",
    LOG_LEVEL: "info",
    AWS_ENDPOINT_URL: inject("dynamoDbEndpoint"),
    MESSAGES_TABLE: tableName,
    CONNECTION_URL: connectionUrl,
    ...pool.env,
    MAIL_FILE: mailFile,
    VAPID_PUBLIC_KEY: `B${"A".repeat(86)}`,
    // No folder: each server would compress the whole web app, which no test here looks at.
    WEB_ROOT: join(mailDirectory, "no-web-app"),
    CURSOR_SECRET: "a secret of tests, long enough for a key",
    SHUTDOWN_TIMEOUT_SECONDS: "5",
  };
  const running: RunningServer[] = [];

  async function start(overrides: Record<string, string> = {}): Promise<TestServer> {
    const destination = new PassThrough();
    let logged = "";
    destination.on("data", (chunk: Buffer) => {
      logged += chunk.toString();
      // Bounded, so that tests that measure memory don't measure the log.
      if (logged.length > 4_000_000) logged = logged.slice(-2_000_000);
    });
    const config = readConfig({ ...env, ...overrides });
    const server = await startServer(config, createLogger({ level: "info", destination }));
    running.push(server);
    return { ...server, url: `http://127.0.0.1:${server.port}`, logs: () => logged };
  }

  const store = createMessagesStore({ client, tableName });
  return {
    env,
    pool,
    /** Makes the conversation of two people, so that their messages are no requests. */
    async acquaint(a: Handle, b: Handle): Promise<void> {
      const [sender, receiver] = [a, b].map((handle) => ({
        ...{ user_uuid: uuidOf(handle), handle, display_name: handle },
      })) as [Member, Member];
      const client_id = randomUUID();
      await store.sendToPerson({ sender, receiver, client_id, message: "We know each other." });
    },
    /** Sets the pool's clock ahead of the real one. */
    setPoolAhead(ms: number): void {
      poolAheadMs = ms;
    },
    /** The mails that servers sent to an address, one line each, oldest first. */
    async mailsTo(address: string): Promise<string[]> {
      const log = await readFile(mailFile, "utf8").catch(() => "");
      return log.split("\n").filter((line) => line.includes(` to ${address}: `));
    },
    postgres,
    tableName,
    client,
    store,
    start,
    async stop() {
      await Promise.all(running.map((server) => server.stop()));
      await postgres.close();
      client.destroy();
      await pool.stop();
      await rm(mailDirectory, { recursive: true });
    },
  };
}

/** The stack of a test file. It starts before the first test and stops after the last. */
export function useStack(): Stack {
  const stack = {} as Stack;
  beforeAll(async () => {
    Object.assign(stack, await startStack());
    return () => stack.stop();
  });
  return stack;
}

/** A stack with one server. */
export function useServer(env?: Record<string, string>): { stack: Stack; server: TestServer } {
  const stack = useStack();
  const server = {} as TestServer;
  beforeAll(async () => {
    Object.assign(server, await stack.start(env));
  });
  return { stack, server };
}

/** Waits until every part is up, including the channel between servers. */
export async function untilHealthy(server: { url: string }): Promise<void> {
  await vi.waitFor(
    async () => {
      const { status } = (await (await fetch(`${server.url}/healthz`)).json()) as {
        status: string;
      };
      if (status !== "ok") throw new Error(`the server is ${status}`);
    },
    { timeout: 15_000, interval: 100 },
  );
}

export const uuidOf = (handle: Handle): string => {
  const person = DEMO_PEOPLE.find((demo) => demo.handle === handle);
  if (person === undefined) throw new Error(`no demo person ${handle}`);
  return person.uuid;
};

export interface SignedIn extends Session {
  /** `name=value` of the session cookie. */
  cookie: string;
}

/** Signs in over HTTP as a browser would. */
export async function signIn(
  server: { url: string },
  handle: string,
  password = PASSWORD,
): Promise<SignedIn> {
  const response = await postJson(`${server.url}/session`, { handle, password });
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
  const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  return { ...((await response.json()) as Session), cookie };
}

export function postJson(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
  method = "POST",
): Promise<Response> {
  return fetch(url, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}
