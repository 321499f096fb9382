import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { LocalStack } from "@cruddur/command-line/local-stack";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { requireEngineFeatures } from "@cruddur/ddb/engine-features";
import { getFreePort } from "@cruddur/engines/ports";
import type { UserPool } from "@cruddur/engines/user-pool";
import { type Env, readStackConfig, type StackConfig } from "./config.ts";
import { lockDataDir, prepareDataDir } from "./data-dir.ts";
import { seedDemoConversation, seedDemoPeople } from "./demo/seed-demo.ts";
import { startDatabase, startPool, startTable } from "./engine-parts.ts";
import { usingEngine } from "./explain.ts";
import { writeAtomically } from "./json-file.ts";
import { openLogFiles } from "./log-files.ts";
import { type ReservedPort, reservePort } from "./reserved-port.ts";
import {
  defaultServerMode,
  type ServerMode,
  startServerPart,
  startWorkerPart,
} from "./server-part.ts";
import { readSettings, saveSettings } from "./settings.ts";
import { type Part, type SupervisedPart, supervise } from "./supervise.ts";

export interface StackOptions {
  /** Holds everything the stack keeps; made when missing. One stack at a time. */
  dataDir: string;
  /** The first server's; one that is reserved already is the stack's from here. Default: a free one. */
  port?: number | ReservedPort;
  /** Seed the demo people and their conversation. Default true; needs the local user pool. */
  demo?: boolean;
  /** Variables of the parts (see `config.ts`), as `process.env`; those set there are overridden here. */
  env?: Env;
  /** What the stack says of itself, a line at a time. The parts log to `<dataDir>/logs`. */
  log?: (line: string) => void;
  /** Default: the built server when there is one, else from source. */
  serverMode?: ServerMode;
  /** false: engines, data and worker only; `startServer` adds servers. Default true. */
  server?: boolean;
  /** false: another stack's worker follows the stream of the shared table. Default true. */
  worker?: boolean;
  /** Runs before the first server starts, while the engines do. */
  beforeServer?: Promise<unknown>;
}

export interface StackServer {
  readonly url: string;
  readonly port: number;
  readonly part: SupervisedPart;
  stop(): Promise<void>;
}

export interface Stack extends AsyncDisposable {
  /** The first server's, as browsers see it. */
  readonly url: string;
  /** What `stack.json` says: the endpoints by their variable's name. */
  readonly endpoints: LocalStack;
  readonly config: StackConfig;
  /** null when `AWS_COGNITO_USER_POOL_ID` points elsewhere. */
  readonly pool: UserPool | null;
  /** Parts by name: `dynamodb`, `postgres`, `stream-worker`, `server`, `server-2`… */
  readonly parts: ReadonlyMap<string, SupervisedPart>;
  readonly servers: readonly StackServer[];
  /** SIGKILL to a part, which is then started again. Resolves when it is dead. */
  kill(name: string): Promise<void>;
  /** Resolves when the part (every part, without a name) runs. */
  ready(name?: string): Promise<void>;
  /** One more server on the same data. @param options.env over the stack's own */
  startServer(options?: { port?: number; env?: Env }): Promise<StackServer>;
  /** Ends every process, the servers first. Data stays. */
  stop(): Promise<void>;
}

/**
 * Starts and supervises the whole product on one machine: engines (each unless its variable points
 * elsewhere), table, migrations, demo data, the stream's worker and a server. Rejects with a
 * one-line CliError for what its operator can mend, and leaves nothing running then.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env = {}, log = () => undefined, demo = true } = options;
  const config = readStackConfig(env);
  const dataDir = resolve(options.dataDir);
  await prepareDataDir(dataDir);
  const lock = await lockDataDir(dataDir);
  const logs = await openLogFiles(dataDir);
  const parts = new Map<string, SupervisedPart>();
  let pool = null as UserPool | null;
  let reserved = typeof options.port === "object" ? options.port : undefined;

  const stop = async () => {
    const named = (test: (name: string) => boolean) =>
      Promise.all([...parts].filter(([name]) => test(name)).map(([, part]) => part.stop()));
    await Promise.all([reserved?.release(), named((name) => name.startsWith("server"))]);
    await named((name) => name === "stream-worker");
    await Promise.all([pool?.stop(), named(() => true)]);
    await rm(join(dataDir, "stack.json"), { force: true });
    await logs.close();
    await lock.release();
  };
  const add = async (name: string, start: () => Promise<Part>): Promise<SupervisedPart> => {
    const part = await supervise({ name, start, log, onStart: lock.record });
    parts.set(name, part);
    return part;
  };

  try {
    const settings = await readSettings(dataDir);
    const wantedPort = typeof options.port === "object" ? options.port.port : (options.port ?? 0);
    // Before the engines look for ports of their own, and until the server listens.
    if (options.server !== false) reserved ??= await reservePort(wantedPort, config.HOST, log);
    const port = reserved?.port ?? (wantedPort || (await getFreePort()));
    const context = { add, config, dataDir, logs, ports: settings.ports };
    const [dynamoDbEndpoint, connectionUrl] = await settled([
      startTable(context),
      startDatabase(context),
      startPool(context).then((started) => {
        pool = started;
      }),
    ]);
    await saveSettings(dataDir, settings);
    const url = config.WEB_ORIGIN ?? `http://localhost:${port}`;
    const endpoints: LocalStack = {
      pid: process.pid,
      url,
      AWS_ENDPOINT_URL: dynamoDbEndpoint ?? "",
      CONNECTION_URL: connectionUrl,
      AWS_COGNITO_ENDPOINT_URL: pool?.endpoint ?? config.AWS_COGNITO_ENDPOINT_URL ?? "",
      AWS_COGNITO_USER_POOL_ID: pool?.userPoolId ?? config.AWS_COGNITO_USER_POOL_ID ?? "",
      AWS_COGNITO_CLIENT_ID: pool?.clientId ?? config.AWS_COGNITO_CLIENT_ID ?? "",
    };
    const partEnv: Env = {
      SHUTDOWN_TIMEOUT_SECONDS: "5",
      CURSOR_SECRET: settings.cursorSecret,
      ...env,
      ...variablesOf(endpoints),
      MESSAGES_TABLE: config.MESSAGES_TABLE,
      WEB_ORIGIN: url,
      DATA_DIR: dataDir,
    };

    const client = createDynamoDbClient({ endpoint: dynamoDbEndpoint });
    try {
      if (dynamoDbEndpoint !== undefined) {
        const tableName = config.MESSAGES_TABLE;
        await usingEngine("AWS_ENDPOINT_URL", config, async () => {
          if (config.AWS_ENDPOINT_URL) await requireEngineFeatures(client, dynamoDbEndpoint);
          return ensureTable(client, { tableName });
        });
      }
      if (demo && pool !== null) {
        await seedDemoPeople({ connectionUrl, pool, password: config.DEMO_PASSWORD });
        if (dynamoDbEndpoint !== undefined) {
          await seedDemoConversation({ client, tableName: config.MESSAGES_TABLE });
        }
      }
    } finally {
      client.destroy();
    }
    if (dynamoDbEndpoint !== undefined && options.worker !== false) {
      // On AWS the deployed function follows the stream.
      await add("stream-worker", () =>
        startWorkerPart({ env: partEnv, log: logs.open("stream-worker") }),
      );
    }

    const servers: StackServer[] = [];
    let serverCount = 0;
    const startServer: Stack["startServer"] = async (serverOptions = {}) => {
      serverCount += 1;
      const name = serverCount === 1 ? "server" : `server-${serverCount}`;
      const wanted = serverOptions.port ?? 0;
      let next = reserved?.port === wanted ? reserved : undefined;
      if (next === undefined) next = await reservePort(wanted, config.HOST);
      else reserved = undefined;
      const serverPort = next.port;
      const url = `http://localhost:${serverPort}`;
      const part = await add(name, async () => {
        const port = next ?? (await reservePort(serverPort, config.HOST));
        next = undefined;
        return startServerPart({
          mode: options.serverMode ?? defaultServerMode(),
          port,
          // Each is an origin of its own, unless one address stands before them all.
          env: { ...partEnv, WEB_ORIGIN: config.WEB_ORIGIN ?? url, ...serverOptions.env },
          log: logs.open(name),
        });
      });
      const server: StackServer = {
        url,
        port: serverPort,
        part,
        async stop() {
          parts.delete(name);
          servers.splice(servers.indexOf(server), 1);
          await part.stop();
        },
      };
      servers.push(server);
      return server;
    };
    await options.beforeServer;
    if (options.server !== false) await startServer({ port });
    await writeAtomically(join(dataDir, "stack.json"), JSON.stringify(endpoints, null, 2));

    const partOf = (name: string): SupervisedPart => {
      const part = parts.get(name);
      if (part === undefined) throw new Error(`no part ${name}: ${[...parts.keys()].join(", ")}`);
      return part;
    };
    return {
      url,
      endpoints,
      config,
      pool,
      parts,
      servers,
      startServer,
      kill: (name) => partOf(name).kill(),
      async ready(name) {
        const waited = name === undefined ? [...parts.values()] : [partOf(name)];
        await Promise.all(waited.map((part) => part.ready()));
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The endpoints as variables; what is empty is left to mean AWS. */
function variablesOf({ pid: _, url: __, ...endpoints }: LocalStack): Env {
  return Object.fromEntries(
    Object.entries(endpoints).map(([name, value]) => [name, value === "" ? undefined : value]),
  );
}

/** All of them, or the first error once none is under way any more. */
async function settled<T extends readonly unknown[]>(
  promises: { [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  await Promise.allSettled(promises);
  return Promise.all(promises) as unknown as Promise<T>;
}
