import { join } from "node:path";
import { migrateDb } from "@cruddur/db/migrate";
import { credentialsFrom } from "@cruddur/ddb/client";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { type PortOptions, PortTakenError } from "@cruddur/engines/ports";
import { startPostgres } from "@cruddur/engines/postgres";
import type { EngineCredentials } from "@cruddur/engines/request-guard";
import { type LocalUserPool, startUserPool } from "@cruddur/engines/user-pool";
import { AWS, type Env, type StackConfig } from "./config.ts";
import { explainEngineErrors } from "./engine-errors.ts";
import type { LogFiles } from "./log-files.ts";
import type { EnginePorts } from "./settings.ts";
import type { Part, SupervisedPart } from "./supervise.ts";

export interface EngineContext {
  add: (name: string, start: () => Promise<Part>) => Promise<SupervisedPart>;
  config: StackConfig;
  /** The variables that the stack was started with. */
  env: Env;
  /** The secret of this start, without which the stack's engines answer nobody. */
  credentials: EngineCredentials;
  dataDir: string;
  logs: LogFiles;
  /** The ports of the last run, which each engine prefers, and replaces by those it has. */
  ports: EnginePorts;
  /** Called when a restarted engine has another port than before. */
  onMove: () => void;
}

/**
 * How often a restarted engine tries the port that the other parts know. When another program keeps
 * that port for longer, the engine takes another one.
 */
const SAME_PORT_ATTEMPTS = 5;

/** Adds a supervised engine. @returns the engine that runs now, which a restart replaces */
async function addEngine<Engine extends Part & { port: number }>(
  context: EngineContext,
  options: {
    name: "dynamodb" | "postgres";
    start: (ports: PortOptions) => Promise<Engine>;
  },
): Promise<() => Engine> {
  const { name, start } = options;
  const { ports } = context;
  let running: Engine | undefined;
  let attempts = 0;
  const choosePort = (): PortOptions => {
    if (running === undefined) return { preferredPort: ports[name] };
    return attempts < SAME_PORT_ATTEMPTS ? { port: running.port } : {};
  };
  await context.add(name, async () => {
    try {
      const engine = await start(choosePort());
      const hasMoved = running !== undefined && running.port !== engine.port;
      running = engine;
      attempts = 0;
      ports[name] = engine.port;
      if (hasMoved) context.onMove();
      return engine;
    } catch (error) {
      if (error instanceof PortTakenError) attempts += 1;
      throw error;
    }
  });
  return () => running as Engine;
}

/** A table that is not at AWS, as `createDynamoDbClient` takes it. */
export interface LocalTable {
  endpoint: string;
  /** undefined where an engine of somebody else's accepts any. */
  credentials: EngineCredentials | undefined;
}

/** Starts the DynamoDB engine. @returns where it is as of now; undefined means AWS */
export async function startTable(context: EngineContext): Promise<() => LocalTable | undefined> {
  const { config, credentials, dataDir, env, logs } = context;
  if (config.AWS_ENDPOINT_URL === AWS) return () => undefined;
  if (config.AWS_ENDPOINT_URL !== undefined) {
    const table = { endpoint: config.AWS_ENDPOINT_URL, credentials: credentialsFrom(env) };
    return () => table;
  }
  const log = logs.open("dynamodb");
  const engine = await addEngine(context, {
    name: "dynamodb",
    start: (ports) =>
      startDynamoDb({ ...ports, credentials, dataFile: join(dataDir, "dynamodb.sqlite"), log }),
  });
  return () => ({ endpoint: engine().endpoint, credentials });
}

/** Starts Postgres and migrates its schema. @returns its URL as of now */
export async function startDatabase(context: EngineContext): Promise<() => string> {
  const { config, dataDir, logs } = context;
  const external = config.CONNECTION_URL;
  let connectionUrl = () => external ?? "";
  if (external === undefined) {
    const log = logs.open("postgres");
    const engine = await addEngine(context, {
      name: "postgres",
      start: (ports) => startPostgres({ ...ports, dataDir: join(dataDir, "postgres"), log }),
    });
    connectionUrl = () => engine().connectionUrl;
  }
  await explainEngineErrors("CONNECTION_URL", config, () => migrateDb(connectionUrl()));
  return connectionUrl;
}

/** Starts the local user pool. @returns null where AWS_COGNITO_USER_POOL_ID names another one */
export async function startPool(context: EngineContext): Promise<LocalUserPool | null> {
  const { config, credentials, dataDir, ports } = context;
  if (config.AWS_COGNITO_USER_POOL_ID !== undefined) return null;
  const pool = await startUserPool({
    credentials,
    dataDir: join(dataDir, "user-pool"),
    preferredPort: ports.userPool,
  });
  ports.userPool = pool.port;
  return pool;
}
