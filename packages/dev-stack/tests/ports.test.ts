import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient, credentialsFrom } from "@cruddur/ddb/client";
import { getFreePort, isPortFree } from "@cruddur/engines/ports";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reservePort } from "../src/reserved-port.ts";
import { saveSettings } from "../src/settings.ts";
import { type Stack, startStack } from "../src/stack.ts";

/** How many stacks are started, three at a time. `STARTS=50` makes a long run. */
const STARTS = Number(process.env.STARTS ?? 3);
const AT_ONCE = 3;

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "cruddur-ports-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A free port of the range from which the system also takes the ports of outgoing connections. */
const anyPort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });

const isAnswering = async (url: string) => (await fetch(`${url}/healthz`)).status === 200;

test(`${STARTS} stacks start, ${AT_ONCE} at a time, although their engines prefer the same ports and those of the servers`, {
  timeout: 120_000 * STARTS,
}, async () => {
  for (let started = 0; started < STARTS; started += AT_ONCE) {
    const count = Math.min(AT_ONCE, STARTS - started);
    const ports = await Promise.all(Array.from({ length: count }, anyPort));
    const shared = { postgres: await getFreePort(), userPool: await getFreePort() };
    const stacks: Stack[] = [];
    try {
      const results = await Promise.allSettled(
        ports.map(async (port, index) => {
          const dataDir = await mkdtemp(join(home, `${started + index}-`));
          const wanted = { ...shared, dynamodb: port };
          const vapid = { publicKey: "", privateKey: "" };
          await saveSettings(dataDir, { cursorSecret: "x".repeat(64), ports: wanted, vapid });
          stacks.push(await startStack({ dataDir, port }));
        }),
      );
      expect(results.filter(({ status }) => status === "rejected")).toEqual([]);
      expect(stacks.map((stack) => stack.servers[0]?.port).sort()).toEqual([...ports].sort());
      for (const { url } of stacks) expect(await isAnswering(url)).toBe(true);
    } finally {
      await Promise.all(stacks.map((stack) => stack.stop()));
    }
  }
});

test("engines keep their ports when they or the whole stack start again", async () => {
  const dataDir = join(home, "again");
  const options = { dataDir, server: false, worker: false, demo: false } as const;
  const first = await startStack(options);
  const before = first.endpoints;
  await first.kill("dynamodb");
  await first.ready("dynamodb");
  const client = createDynamoDbClient({
    endpoint: before.AWS_ENDPOINT_URL,
    credentials: credentialsFrom(before),
  });
  expect((await client.send(new ListTablesCommand())).TableNames).toHaveLength(1);
  client.destroy();
  await first.stop();
  await using again = await startStack(options);
  const places = ["AWS_ENDPOINT_URL", "CONNECTION_URL", "AWS_COGNITO_ENDPOINT_URL"] as const;
  for (const place of places) expect(again.endpoints[place]).toBe(before[place]);
  // The credentials are those of one start alone.
  expect(again.endpoints.AWS_ACCESS_KEY_ID).not.toBe(before.AWS_ACCESS_KEY_ID);
});

/** Kills an engine until another listener has its port before the engine is back. */
async function stealPort(stack: Stack, engine: string, port: number) {
  for (;;) {
    const thief = createServer((socket) => socket.destroy());
    await stack.kill(engine);
    const hasPort = await new Promise<boolean>((resolve) => {
      thief.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (hasPort) return thief;
    await stack.ready(engine);
  }
}

test("an engine whose port is taken while it restarts gets another port, which the server then uses", {
  timeout: 240_000,
}, async () => {
  const dataDir = join(home, "moved");
  await using stack = await startStack({ dataDir });
  for (const [engine, variable] of [
    ["dynamodb", "AWS_ENDPOINT_URL"],
    ["postgres", "CONNECTION_URL"],
  ] as const) {
    const before = stack.endpoints[variable];
    await using _ = await stealPort(stack, engine, Number(new URL(before).port));
    await stack.ready();
    const after = stack.endpoints[variable];
    expect(new URL(after).port).not.toBe(new URL(before).port);
    expect(await isAnswering(stack.url)).toBe(true);
    await expect
      .poll(async () => JSON.parse(await readFile(join(dataDir, "stack.json"), "utf8")))
      .toMatchObject({ [variable]: after });
  }
});

/** Linux answers on every address that starts with 127; other systems only on 127.0.0.1. */
test.runIf(process.platform === "linux")(
  "a stack becomes ready on another address than 127.0.0.1",
  { timeout: 120_000 },
  async () => {
    const dataDir = join(home, "address");
    const env = { HOST: "127.0.0.2" };
    await using stack = await startStack({ dataDir, env });
    expect(new URL(stack.url).hostname).toBe("127.0.0.2");
    expect(await isAnswering(stack.url)).toBe(true);
  },
);

test("a reserved port is taken until it is released, also while it is handed over", async () => {
  const reserved = await reservePort(0, "127.0.0.1");
  expect(await isPortFree(reserved.port)).toBe(false);
  await expect(reservePort(reserved.port, "127.0.0.1")).rejects.toThrow(
    `port ${reserved.port} is taken: stop what uses it, or set PORT to another one`,
  );
  await reserved.handOver(async (descriptor) => {
    expect(descriptor).toBeGreaterThan(2);
    expect(await isPortFree(reserved.port)).toBe(false);
  });
  expect(await isPortFree(reserved.port)).toBe(true);
  await reserved.release();
});

test("a port of an outgoing connection is waited for; a port with a listener is refused at once", async () => {
  await using listener = createServer((socket) => socket.on("error", () => undefined));
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const listened = typeof address === "object" ? (address?.port ?? 0) : 0;
  // Several, because on a busy machine another program's connection may get a released port.
  const connections = Array.from({ length: 5 }, () => connect(listened, "127.0.0.1"));
  await Promise.all(connections.map((connection) => once(connection, "connect")));
  const ports = connections.map(({ localPort = 0 }) => localPort);
  const lines: string[] = [];
  const reserving = ports.map(async (port) => {
    const reserved = await reservePort(port, "127.0.0.1", (line) => lines.push(line));
    await reserved.release();
    return reserved.port;
  });
  const waiting = (port: number) =>
    `waiting up to a minute for an outgoing connection to release port ${port}…`;
  await expect.poll(() => lines.toSorted()).toEqual(ports.map(waiting).toSorted());
  for (const connection of connections) connection.resetAndDestroy();
  expect(ports).toContain(await Promise.any(reserving));
  await expect(reservePort(listened, "127.0.0.1")).rejects.toThrow(`port ${listened} is taken`);
});

test("a data directory with damaged settings gets new ones", async () => {
  const dataDir = await mkdtemp(join(home, "broken-"));
  await writeFile(join(dataDir, "settings.json"), '{"cursorSecret":');
  await using _ = await startStack({ dataDir, server: false, worker: false, demo: false });
});
