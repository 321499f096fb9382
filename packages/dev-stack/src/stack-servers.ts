import { browserOrigin } from "./addresses.ts";
import type { Env, StackConfig } from "./config.ts";
import type { LogFiles } from "./log-files.ts";
import { type ReservedPort, reservePort } from "./reserved-port.ts";
import { type ServerMode, startServerPart } from "./server-part.ts";
import type { Part, SupervisedPart } from "./supervise.ts";

export interface StackServer {
  readonly url: string;
  readonly port: number;
  readonly part: SupervisedPart;
  stop(): Promise<void>;
}

export interface ServersContext {
  add: (name: string, start: () => Promise<Part>) => Promise<SupervisedPart>;
  /** Forgets a part that has been stopped. */
  remove: (name: string) => void;
  config: StackConfig;
  logs: LogFiles;
  mode: ServerMode;
  /** The variables of every part as of now. */
  partEnv: () => Env;
  /** Called each time the first server listens, with the port of its metrics. */
  onMetricsPort: (port: number) => void;
}

export interface NewServer {
  /** A reserved port is released by the server's start. Default: a free one. */
  port?: number | ReservedPort | undefined;
  /** Variables in addition to those of every part. */
  env?: Env | undefined;
}

/** The servers of a local stack: `server`, `server-2` and so on. */
export function createServers(context: ServersContext) {
  const { add, remove, config, logs, mode, partEnv, onMetricsPort } = context;
  const servers: StackServer[] = [];
  let count = 0;

  async function start({ port: wanted = 0, env }: NewServer): Promise<StackServer> {
    count += 1;
    const name = count === 1 ? "server" : `server-${count}`;
    let reserved: ReservedPort | undefined =
      typeof wanted === "object" ? wanted : await reservePort(wanted, config.HOST);
    const { port } = reserved;
    const url = browserOrigin(config.HOST, port);
    const writeLog = logs.open(name);
    const isFirst = count === 1;
    const part = await add(name, async () => {
      const socket = reserved ?? (await reservePort(port, config.HOST));
      reserved = undefined;
      return startServerPart({
        mode,
        port: socket,
        host: config.HOST,
        // Each server is an origin of its own, unless one address stands for all of them.
        env: {
          ...(isFirst && { METRICS_PORT: "0" }),
          ...partEnv(),
          WEB_ORIGIN: config.WEB_ORIGIN ?? url,
          ...env,
        },
        log(line) {
          writeLog(line);
          const port = isFirst ? readMetricsPort(line) : undefined;
          if (port !== undefined) onMetricsPort(port);
        },
      });
    });
    const server: StackServer = {
      url,
      port,
      part,
      async stop() {
        remove(name);
        servers.splice(servers.indexOf(server), 1);
        await part.stop();
      },
    };
    servers.push(server);
    return server;
  }

  return { servers: servers as readonly StackServer[], start };
}

/** The port that a server chose for its metrics, from the line that it logs when it listens. */
function readMetricsPort(line: string): number | undefined {
  const [, port] = /"metrics_port":(\d+)/.exec(line) ?? [];
  return port === undefined ? undefined : Number(port);
}
