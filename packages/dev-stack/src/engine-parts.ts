import { join } from "node:path";
import { migrateDb } from "@cruddur/db/migrate";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { startPostgres } from "@cruddur/engines/postgres";
import { startUserPool, type UserPool } from "@cruddur/engines/user-pool";
import { AWS, type StackConfig } from "./config.ts";
import { usingEngine } from "./explain.ts";
import type { LogFiles } from "./log-files.ts";
import type { EnginePorts } from "./settings.ts";
import type { Part, SupervisedPart } from "./supervise.ts";

export interface EngineContext {
  add: (name: string, start: () => Promise<Part>) => Promise<SupervisedPart>;
  config: StackConfig;
  dataDir: string;
  logs: LogFiles;
  /**
   * The ports of the last run, which each engine takes again where it can, and overwrites where it
   * can't. A restarted engine keeps the port of its first start, since the other parts know it.
   */
  ports: EnginePorts;
}

/** @returns the endpoint; undefined means AWS */
export async function startTable(context: EngineContext): Promise<string | undefined> {
  const { add, config, dataDir, logs, ports } = context;
  if (config.AWS_ENDPOINT_URL === AWS) return undefined;
  if (config.AWS_ENDPOINT_URL !== undefined) return config.AWS_ENDPOINT_URL;
  let first: { endpoint: string; port: number } | undefined;
  await add("dynamodb", async () => {
    const engine = await startDynamoDb({
      dataFile: join(dataDir, "dynamodb.sqlite"),
      port: first?.port,
      preferredPort: ports.dynamodb,
      log: logs.open("dynamodb"),
    });
    first ??= engine;
    return engine;
  });
  ports.dynamodb = first?.port;
  return first?.endpoint;
}

/** @returns the URL of a database whose schema is up to date */
export async function startDatabase(context: EngineContext): Promise<string> {
  const { add, config, dataDir, logs, ports } = context;
  let first: { connectionUrl: string; port: number } | undefined;
  if (config.CONNECTION_URL === undefined) {
    await add("postgres", async () => {
      const engine = await startPostgres({
        dataDir: join(dataDir, "postgres"),
        port: first?.port,
        preferredPort: ports.postgres,
        log: logs.open("postgres"),
      });
      first ??= engine;
      return engine;
    });
    ports.postgres = first?.port;
  }
  const url = config.CONNECTION_URL ?? first?.connectionUrl ?? "";
  await usingEngine("CONNECTION_URL", config, () => migrateDb(url));
  return url;
}

/** @returns null where another pool is used */
export async function startPool(context: EngineContext): Promise<UserPool | null> {
  const { config, dataDir, ports } = context;
  if (config.AWS_COGNITO_USER_POOL_ID !== undefined) return null;
  const pool = await startUserPool({
    dataDir: join(dataDir, "user-pool"),
    preferredPort: ports.userPool,
  });
  ports.userPool = pool.port;
  return pool;
}
