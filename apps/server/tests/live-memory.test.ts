import { connect, type Socket } from "node:net";
import { createClientId } from "@cruddur/contract/ids";
import { expect, test } from "vitest";
import { createClient } from "./support/client.ts";
import { runProgram } from "./support/program.ts";
import { signIn, useStack } from "./support/stack.ts";

/** `LIVE_CONNECTIONS=5000` runs the test at the size that the documentation states. */
const CONNECTIONS = Number(process.env.LIVE_CONNECTIONS ?? 800);
const MAX_BYTES_PER_CONNECTION = 40 * 1024;

const stack = useStack();

test(`${CONNECTIONS} live connections cost at most 40 kB each, and all of them receive a message`, {
  timeout: 120_000,
}, async () => {
  const server = await runProgram(stack, {
    LIVE_MAX_CONNECTIONS_PER_USER: "100000",
    LIMIT_REQUESTS: "1000000/10",
    LIMIT_CONNECTIONS: "100000/60",
    LOG_LEVEL: "warn",
  });
  await server.ready();
  const { access_token } = await signIn(server, "londo");
  const sockets: Socket[] = [];
  let received = 0;
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(server.port, "127.0.0.1");
      sockets.push(socket);
      socket.once("error", reject);
      socket.on("data", (chunk) => {
        const text = chunk.toString("latin1");
        if (text.includes('"type":"ready"')) resolve();
        if (text.includes("for everyone")) received += 1;
      });
      socket.write(
        `GET /trpc/live.events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${access_token}\r\n\r\n`,
      );
    });

  try {
    for (let n = 0; n < 50; n += 1) await open();
    const before = await residentBytes(server.metricsPort);
    for (let n = 0; n < CONNECTIONS; n += 50) await Promise.all(Array.from({ length: 50 }, open));
    const perConnection = async () =>
      ((await residentBytes(server.metricsPort)) - before) / CONNECTIONS;
    // The process returns the memory that the requests needed only gradually.
    await expect.poll(perConnection).toBeLessThan(MAX_BYTES_PER_CONNECTION);
    console.log(`${Math.round((await perConnection()) / 1024)} kB for each live connection`);
    await createClient(server.url, access_token).messages.create.mutate({
      handle: "bayko",
      message: "for everyone",
      client_id: createClientId(),
    });
    await expect.poll(() => received, { timeout: 60_000 }).toBe(CONNECTIONS + 50);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.child.kill("SIGKILL");
    await server.exited;
  }
});

async function residentBytes(metricsPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}
