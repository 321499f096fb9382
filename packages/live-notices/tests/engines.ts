import { getFreePort } from "@cruddur/engines/ports";
import { startPostgres } from "@cruddur/engines/postgres";
import { startTcpProxy, type TcpProxy } from "@cruddur/engines/tcp-proxy";
import { findValkey, startValkey } from "@cruddur/engines/valkey";
import type { LiveNotices, LiveNoticesOptions } from "../src/live-notices.ts";
import { openLiveNotices } from "../src/open.ts";

export interface TestEngine extends AsyncDisposable {
  /** The network between every server and the engine. */
  proxy: TcpProxy;
  open(options?: Partial<LiveNoticesOptions>): Promise<LiveNotices>;
}

async function startPostgresEngine(): Promise<TestEngine> {
  const postgres = await startPostgres();
  const proxy = await startTcpProxy({ targetPort: postgres.port });
  const connectionUrl = new URL(postgres.connectionUrl);
  connectionUrl.port = String(proxy.port);
  return {
    proxy,
    open: (options) =>
      openLiveNotices({ onError: () => {}, ...options, connectionUrl: connectionUrl.href }),
    async [Symbol.asyncDispose]() {
      await proxy.stop();
      await postgres.stop();
    },
  };
}

/** Operators' commands reach servers over Postgres, whichever engine carries the notices. */
async function startValkeyEngine(cluster: boolean): Promise<TestEngine> {
  const postgres = await startPostgres();
  const port = await getFreePort();
  const proxy = await startTcpProxy({ targetPort: port });
  const valkey = await startValkey({ port, cluster, announcedPort: proxy.port });
  const liveUrl = `valkey://127.0.0.1:${proxy.port}${cluster ? "?cluster" : ""}`;
  return {
    proxy,
    open: (options) =>
      openLiveNotices({
        onError: () => {},
        ...options,
        connectionUrl: postgres.connectionUrl,
        liveUrl,
      }),
    async [Symbol.asyncDispose]() {
      await proxy.stop();
      await valkey.stop();
      await postgres.stop();
    },
  };
}

const hasValkey = findValkey() !== null;
if (!hasValkey) {
  console.warn("Left out: live notices over Valkey. Install valkey-server or redis-server.");
}

export const ENGINES: [name: string, start: () => Promise<TestEngine>][] = [
  ["Postgres", startPostgresEngine],
  ...(hasValkey
    ? ([
        ["Valkey", () => startValkeyEngine(false)],
        ["a cluster of Valkey", () => startValkeyEngine(true)],
      ] as [string, () => Promise<TestEngine>][])
    : []),
];
