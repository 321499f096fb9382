import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClientId } from "@cruddur/contract/ids";
import { DEMO_PEOPLE } from "@cruddur/db/seed";
import { createDynamoDbClient, credentialsFrom } from "@cruddur/ddb/client";
import { createMessagesStore } from "@cruddur/ddb/store";
import { type Child, startChild } from "@cruddur/engines/child";
import { getFreePort } from "@cruddur/engines/ports";
import { isAlive, waitUntilGone } from "@cruddur/engines/processes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TSX_LOADER } from "../src/server-part.ts";

const ENTRY = new URL("./start-without-build.ts", import.meta.url).pathname;
const START = new URL("../src/bin/start.ts", import.meta.url).pathname;
let dataDir: string;
let port: number;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "cruddur-stack-"));
  port = await getFreePort();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const launch = (entry: string, env: NodeJS.ProcessEnv = {}) =>
  startChild(process.execPath, ["--import", TSX_LOADER, entry], {
    env: {
      ...process.env,
      npm_lifecycle_event: undefined,
      DATA_DIR: dataDir,
      PORT: `${port}`,
      ...env,
    },
  });
const waitForReady = async (child: Child) => {
  await expect
    .poll(() => child.exit() ?? child.output(), { timeout: 50_000 })
    .toContain(`Cruddur Messages is ready: http://localhost:${port}`);
};
const childPids = (): number[] =>
  JSON.parse(readFileSync(join(dataDir, "stack.lock"), "utf8")).children.map(
    (child: { pid: number }) => child.pid,
  );
const signIn = async (handle: string) => {
  const response = await fetch(`http://127.0.0.1:${port}/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: `http://localhost:${port}` },
    body: JSON.stringify({ handle, password: "crudders-unite" }),
  });
  return { status: response.status, body: (await response.json()) as { user: unknown } };
};
const demoPerson = (handle: string) => {
  const person = DEMO_PEOPLE.find((demo) => demo.handle === handle);
  if (person === undefined) throw new Error(`no demo person @${handle}`);
  return { user_uuid: person.uuid, handle, display_name: person.display_name };
};
const send = async (message: string) => {
  const [from, to] = [demoPerson("andrewbrown"), demoPerson("mira")];
  const stack = JSON.parse(await readFile(join(dataDir, "stack.json"), "utf8"));
  const endpoint = stack.AWS_ENDPOINT_URL;
  const client = createDynamoDbClient({ endpoint, credentials: credentialsFrom(stack) });
  const store = createMessagesStore({ client });
  const sent = await store.sendToPerson({
    sender: from,
    receiver: to,
    client_id: createClientId(),
    message,
  });
  const { message_group_uuid } = sent;
  return { client, store, message_group_uuid };
};

describe("a local stack", () => {
  test("keeps everything after it was killed, and leaves no process after Ctrl-C", async () => {
    const first = await launch(ENTRY);
    await waitForReady(first);
    const { status, body } = await signIn("andrewbrown");
    expect(status).toBe(200);
    expect(body.user).toMatchObject({ handle: "andrewbrown", display_name: "Andrew Brown" });
    const { client } = await send("the last one before the crash");
    client.destroy();
    const orphans = childPids();
    expect(orphans.length).toBeGreaterThanOrEqual(4);
    await first.kill();

    const second = await launch(ENTRY);
    await waitForReady(second);
    for (const pid of orphans) expect(await waitUntilGone(pid, 5_000)).toBe(true);
    expect((await signIn("bayko")).status).toBe(200);
    const again = await send("and the first one after it");
    const { items } = await again.store.listMessages({
      joined_after: null,
      message_group_uuid: again.message_group_uuid,
      limit: 100,
    });
    expect(items.slice(-2).map(({ message }) => message)).toEqual([
      "the last one before the crash",
      "and the first one after it",
    ]);
    // The demo conversation was seeded only once.
    expect(items).toHaveLength(32);
    // The worker has updated the other person's inbox.
    const { user_uuid } = demoPerson("mira");
    await expect
      .poll(
        async () =>
          (await again.store.listInbox({ user_uuid, limit: 1 })).items[0]?.last_message?.message,
        { timeout: 10_000 },
      )
      .toBe("and the first one after it");
    again.client.destroy();

    const third = await launch(ENTRY);
    expect((await third.exited).code).toBe(1);
    expect(third.output()).toMatch(/^error: (already running on|port \d+ is taken)/);

    const pids = childPids();
    await second.stop("SIGINT", 20_000);
    expect(second.exit()).toEqual({ code: 0, signal: null });
    expect(pids.filter(isAlive)).toEqual([]);
  }, 120_000);
});

test("--help describes the environment variables", async () => {
  const child = await startChild(process.execPath, ["--import", TSX_LOADER, START, "--help"]);
  expect((await child.exited).code).toBe(0);
  expect(child.output()).toContain("DATA_DIR");
});
