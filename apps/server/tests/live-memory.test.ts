import { connect, type Socket } from "node:net";
import { createClientId } from "@cruddur/contract/ids";
import { expect, test } from "vitest";
import { createClient } from "./support/client.ts";
import { runProgram } from "./support/program.ts";
import { signIn, useStack } from "./support/stack.ts";

/** `LIVE_STREAMS=5000` for the size that is promised. */
const STREAMS = Number(process.env.LIVE_STREAMS ?? 800);
const MAX_BYTES_PER_STREAM = 40 * 1024;

const stack = useStack();

test(`${STREAMS} open streams cost at most 40 kB each, and all of them hear a message`, {
  timeout: 120_000,
}, async () => {
  const server = await runProgram(stack, {
    LIVE_MAX_CONNECTIONS_PER_USER: "100000",
    LIMIT_REQUESTS: "1000000/10",
    LOG_LEVEL: "warn",
  });
  await server.ready();
  const { access_token } = await signIn(server, "londo");
  const sockets: Socket[] = [];
  let heard = 0;
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(server.port, "127.0.0.1");
      sockets.push(socket);
      socket.once("error", reject);
      socket.on("data", (chunk) => {
        const text = chunk.toString("latin1");
        if (text.includes('"type":"ready"')) resolve();
        if (text.includes("hear me")) heard += 1;
      });
      socket.write(
        `GET /trpc/live.events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${access_token}\r\n\r\n`,
      );
    });

  try {
    for (let n = 0; n < 50; n += 1) await open();
    const before = await residentBytes(server.metricsPort);
    for (let n = 0; n < STREAMS; n += 50) await Promise.all(Array.from({ length: 50 }, open));
    const perStream = async () => ((await residentBytes(server.metricsPort)) - before) / STREAMS;
    // Memory that the requests needed for a moment is given back only by and by.
    await expect.poll(perStream).toBeLessThan(MAX_BYTES_PER_STREAM);
    console.log(`${Math.round((await perStream()) / 1024)} kB a stream`);
    await createClient(server.url, access_token).messages.create.mutate({
      handle: "bayko",
      message: "hear me",
      client_id: createClientId(),
    });
    await expect.poll(() => heard, { timeout: 60_000 }).toBe(STREAMS + 50);
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
