import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { startDynamoDb } from "../src/dynamodb.ts";
import { getFreePort, isPortFree, PortTakenError, startOnFreePort } from "../src/ports.ts";
import { startPostgres } from "../src/postgres.ts";
import { startUserPool } from "../src/user-pool.ts";

async function takePort() {
  const server = createServer().listen(await getFreePort(), "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not a port");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

const engines = [
  ["DynamoDB", startDynamoDb],
  ["Postgres", startPostgres],
  ["the user pool", startUserPool],
] as const;

test("a program can listen on a free port, and each port is returned only once", async () => {
  const ports = await Promise.all(Array.from({ length: 200 }, () => getFreePort()));
  expect(new Set(ports).size).toBe(200);
  for (const port of ports) expect(await isPortFree(port)).toBe(true);
});

test.each(engines)("%s: a taken port rejects with a PortTakenError", async (_, start) => {
  await using taken = await takePort();
  await expect(start({ port: taken.port })).rejects.toThrow(new PortTakenError(taken.port));
});

test.each(engines)("%s: another port is used when the preferred one is taken", async (_, start) => {
  await using taken = await takePort();
  await using engine = await start({ preferredPort: taken.port });
  expect(engine.port).not.toBe(taken.port);
});

test.each(engines)(
  "%s: three engines with one preferred port start at the same time",
  async (_, start) => {
    const preferredPort = await getFreePort();
    const started = await Promise.all([1, 2, 3].map(() => start({ preferredPort })));
    await Promise.all(started.map((engine) => engine.stop()));
    const ports = started.map(({ port }) => port);
    expect(new Set(ports).size).toBe(3);
    expect(ports).toContain(preferredPort);
  },
);

test("a start is repeated ten times for taken ports, and not at all for other errors", async () => {
  let starts = 0;
  const failWith = (error: (port: number) => Error) => (port: number) => {
    starts += 1;
    return Promise.reject(error(port));
  };
  await expect(
    startOnFreePort(
      {},
      failWith((port) => new PortTakenError(port)),
    ),
  ).rejects.toThrow(PortTakenError);
  expect(starts).toBe(10);
  await expect(
    startOnFreePort(
      {},
      failWith(() => new Error("broken")),
    ),
  ).rejects.toThrow("broken");
  expect(starts).toBe(11);
});
