import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import type { BenchContext } from "./bench.ts";

export interface QueryCounter {
  connectionUrl: string;
  /** Returns the number of statements since the last call. */
  take(): number;
}

const SIMPLE_QUERY = 0x51;
const EXECUTE = 0x45;

/**
 * Starts a proxy for Postgres that counts statements on the wire (`Query` and `Execute` messages),
 * so that the count does not depend on a library.
 */
export async function startQueryCounter(
  ctx: BenchContext,
  connectionUrl: string,
): Promise<QueryCounter> {
  let queries = 0;
  const target = new URL(connectionUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const count = createMessageReader((type) => {
      if (type === SIMPLE_QUERY || type === EXECUTE) queries += 1;
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", count);
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ctx.defer(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = new URL(connectionUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    connectionUrl: url.href,
    take() {
      const taken = queries;
      queries = 0;
      return taken;
    },
  };
}

/** Calls back with the type of each message of the client. The start-up message has no type. */
function createMessageReader(onMessage: (type: number) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  let started = false;
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const prefix = started ? 1 : 0;
      if (pending.length < prefix + 4) return;
      const length = prefix + pending.readInt32BE(prefix);
      if (pending.length < length) return;
      if (started) onMessage(pending[0] ?? 0);
      started = true;
      pending = pending.subarray(length);
    }
  };
}
