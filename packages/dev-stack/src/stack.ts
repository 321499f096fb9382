import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { LocalStack } from "@cruddur/command-line/local-stack";
import { writeAtomically } from "@cruddur/engines/json-file";
import { getFreePort } from "@cruddur/engines/ports";
import { createEngineCredentials } from "@cruddur/engines/request-guard";
import type { LocalUserPool } from "@cruddur/engines/user-pool";
import { browserOrigin } from "./addresses.ts";
import { type Env, readStackConfig, type StackConfig } from "./config.ts";
import { lockDataDir, prepareDataDir } from "./data-dir.ts";
import { closeKnownAccounts, seedDemo } from "./demo/seed-demo.ts";
import { startDatabase, startPool, startTable } from "./engine-parts.ts";
import { openLogFiles } from "./log-files.ts";
import { prepareTable } from "./prepare-table.ts";
import { type ReservedPort, reservePort } from "./reserved-port.ts";
import {
  defaultServerMode,
  type ServerMode,
  startWorkerPart,
  type WorkerName,
} from "./server-part.ts";
import { readSettings, saveSettings } from "./settings.ts";
import { createServers, type NewServer, type StackServer } from "./stack-servers.ts";
import { type Part, type SupervisedPart, supervise } from "./supervise.ts";

export interface StackOptions {
  /** Holds everything that the stack keeps; created if missing. Only one stack can use it at a time. */
  dataDir: string;
  /** The port of the first server; the stack releases a reserved one. Default: a free one. */
  port?: number | ReservedPort;
  /** Seed the demo people and their conversation. Default: true. Needs the local user pool. */
  demo?: boolean;
  /** Variables of the stack and its parts. Those in `config.ts` are overridden for the parts. */
  env?: Env;
  /** Receives the stack's own messages, line by line. The parts log to `<dataDir>/logs`. */
  log?: (line: string) => void;
  /** Default: the built server and workers if there are any, otherwise those from source. */
  serverMode?: ServerMode;
  /** False starts no server; `startServer` adds servers. Default: true. */
  server?: boolean;
  /** False where the worker of another stack reads the stream of a shared table. Default: true. */
  worker?: boolean;
  /** True sends pushes to browsers that subscribed, by a worker of their own. Default: false. */
  push?: boolean;
  /** Work that must be done before the workers and the first server start. The engines start meanwhile. */
  beforeServer?: Promise<unknown>;
}

export interface Stack extends AsyncDisposable {
  /** The origin of the first server, as browsers use it. */
  readonly url: string;
  /** The content of `stack.json`: the endpoints by the name of their variable. */
  readonly endpoints: LocalStack;
  readonly config: StackConfig;
  /** null when AWS_COGNITO_USER_POOL_ID names another pool. */
  readonly pool: LocalUserPool | null;
  /** The parts by name: `dynamodb`, `postgres`, `stream-worker`, `push-worker`, `server`, `server-2` and so on. */
  readonly parts: ReadonlyMap<string, SupervisedPart>;
  readonly servers: readonly StackServer[];
  /** Sends SIGKILL to a part, which then starts again. Resolves when it is dead. */
  kill(name: string): Promise<void>;
  /** Resolves when a part runs, or without a name, when every part runs. */
  ready(name?: string): Promise<void>;
  /** Starts one more server on the same data. */
  startServer(options?: NewServer): Promise<StackServer>;
  /** Stops every process, the servers first. The data stays. */
  stop(): Promise<void>;
}

/**
 * Starts and supervises the whole product on one machine: the engines (each unless a variable names
 * another one), the table, migrations, demo data, the stream worker and a server. Rejects with a
 * CliError of one line for a problem that the operator can solve, and then leaves nothing running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env = {}, log = () => undefined, demo = true } = options;
  const config = readStackConfig(env);
  const dataDir = resolve(options.dataDir);
  await prepareDataDir(dataDir);
  const lock = await lockDataDir(dataDir);
  const logs = await openLogFiles(dataDir);
  const parts = new Map<string, SupervisedPart>();
  let pool = null as LocalUserPool | null;
  /** Resolves when the newest content of `stack.json` is on disk. */
  let written = Promise.resolve();
  let reserved = typeof options.port === "object" ? options.port : undefined;
  const isEngine = (name: string) => name === "dynamodb" || name === "postgres";
  const partsWhere = (test: (name: string) => boolean) =>
    [...parts].filter(([name]) => test(name)).map(([, part]) => part);

  const stop = async () => {
    const stopWhere = (test: (name: string) => boolean) =>
      Promise.all(partsWhere(test).map((part) => part.stop()));
    await Promise.all([reserved?.release(), stopWhere((name) => name.startsWith("server"))]);
    await stopWhere((name) => name.endsWith("-worker"));
    await Promise.all([pool?.stop(), stopWhere(isEngine)]);
    await written.catch(() => undefined);
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
    // Reserved before the engines choose their ports, and until the server listens on it.
    if (options.server !== false) reserved ??= await reservePort(wantedPort, config.HOST, log);
    const port = reserved?.port ?? (wantedPort || (await getFreePort()));
    const url = config.WEB_ORIGIN ?? browserOrigin(config.HOST, port);

    /** The other parts know an engine's port from their environment, so they start again. */
    const onMove = () => {
      const dependents = partsWhere((name) => !isEngine(name));
      const saved = Promise.all([saveSettings(dataDir, settings), writeEndpoints()]);
      Promise.all([saved, ...dependents.map((part) => part.restart())]).catch((error) =>
        log(`an engine's new port was not saved: ${error.message}`),
      );
    };
    const credentials = createEngineCredentials();
    const { ports } = settings;
    const context = { add, config, env, credentials, dataDir, logs, ports, onMove };
    const [table, connectionUrl] = await allSettled([
      startTable(context),
      startDatabase(context),
      startPool(context).then((started) => {
        pool = started;
        pool?.useWebOrigin(url);
      }),
    ]);
    await saveSettings(dataDir, settings);
    let metricsUrl: string | undefined;
    let isReady = false;
    const endpoints = (): LocalStack => ({
      pid: process.pid,
      url,
      METRICS_URL: metricsUrl,
      AWS_ENDPOINT_URL: table()?.endpoint ?? "",
      CONNECTION_URL: connectionUrl(),
      AWS_COGNITO_ENDPOINT_URL: config.AWS_COGNITO_ENDPOINT_URL ?? "",
      AWS_COGNITO_USER_POOL_ID: config.AWS_COGNITO_USER_POOL_ID ?? "",
      AWS_COGNITO_CLIENT_ID: config.AWS_COGNITO_CLIENT_ID ?? "",
      ...(config.AWS_ENDPOINT_URL === undefined && {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      }),
      ...pool?.env,
      MAIL_FILE: join(dataDir, "user-pool", "mail.log"),
    });
    const writeEndpoints = () => {
      // One write after the other, because all of them go through the same temporary file.
      written = written.then(() =>
        writeAtomically(join(dataDir, "stack.json"), JSON.stringify(endpoints(), null, 2)),
      );
      return written;
    };
    // For a table on AWS, the deployed Lambdas read the stream.
    const hasWorkers = () => table() !== undefined && options.worker !== false;
    const sendsPushes = () => options.push === true && hasWorkers();
    const partEnv = (): Env => ({
      SHUTDOWN_TIMEOUT_SECONDS: "5",
      CURSOR_SECRET: settings.cursorSecret,
      VAPID_PUBLIC_KEY: sendsPushes() ? settings.vapid.publicKey : undefined,
      ...env,
      ...variablesOf(endpoints()),
      MESSAGES_TABLE: config.MESSAGES_TABLE,
      WEB_ORIGIN: url,
      DATA_DIR: dataDir,
    });

    await prepareTable(config, table());
    if (pool !== null && config.DEMO_PASSWORD === "") await closeKnownAccounts(pool);
    else if (demo && pool !== null) {
      await seedDemo({
        config,
        pool,
        connectionUrl: connectionUrl(),
        table: table(),
      });
    }
    const mode = options.serverMode ?? defaultServerMode();
    const addWorker = (name: WorkerName, own: Env = {}) => {
      const log = logs.open(name);
      return add(name, () => startWorkerPart({ name, mode, env: { ...own, ...partEnv() }, log }));
    };
    await options.beforeServer;
    await Promise.all([
      ...(hasWorkers() ? [addWorker("stream-worker")] : []),
      ...(sendsPushes()
        ? [addWorker("push-worker", { VAPID_PRIVATE_KEY: settings.vapid.privateKey })]
        : []),
    ]);
    const remove = (name: string) => void parts.delete(name);
    const { servers, start } = createServers({
      add,
      remove,
      config,
      logs,
      mode,
      partEnv,
      onMetricsPort(port) {
        metricsUrl = `http://127.0.0.1:${port}/metrics`;
        // Before the stack is ready, commands must not find it.
        if (!isReady) return;
        writeEndpoints().catch((error) => log(`stack.json was not written: ${error.message}`));
      },
    });
    if (options.server !== false) {
      const handedOver = reserved;
      reserved = undefined;
      await start({ port: handedOver });
    }
    isReady = true;
    await writeEndpoints();

    const partOf = (name: string): SupervisedPart => {
      const part = parts.get(name);
      if (part === undefined) throw new Error(`no part ${name}: ${[...parts.keys()].join(", ")}`);
      return part;
    };
    const readyWhere = (test: (name: string) => boolean) =>
      Promise.all(partsWhere(test).map((part) => part.ready()));
    return {
      url,
      get endpoints() {
        return endpoints();
      },
      config,
      pool,
      parts,
      servers,
      startServer: (server = {}) => start(server),
      kill: (name) => partOf(name).kill(),
      async ready(name) {
        if (name !== undefined) return partOf(name).ready();
        // The engines first: one that moves makes the other parts start again.
        await readyWhere(isEngine);
        await readyWhere((each) => !isEngine(each));
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The endpoints as variables. An empty one is left out, which means AWS. */
function variablesOf({ pid: _, url: __, METRICS_URL: ___, ...endpoints }: LocalStack): Env {
  return Object.fromEntries(
    Object.entries(endpoints).map(([name, value]) => [name, value === "" ? undefined : value]),
  );
}

/** The results of all promises; or once all have settled, the first error. */
async function allSettled<T extends readonly unknown[]>(
  promises: { [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  await Promise.allSettled(promises);
  return Promise.all(promises) as unknown as Promise<T>;
}
