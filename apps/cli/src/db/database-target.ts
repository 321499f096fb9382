import { CliError } from "@cruddur/command-line/cli-error";
import { readLocalStack } from "@cruddur/command-line/local-stack";
import { AppError } from "@cruddur/contract/errors";
import { createDb, type Db } from "@cruddur/db/client";
import { connectionUrlFromEnv } from "@cruddur/db/connection-url";
import type { CommandContext, CommonOptions } from "../command.ts";
import { isLoopback } from "../endpoints.ts";

export interface DatabaseTarget {
  connectionUrl: string;
  database: string;
  /** Host and port, for messages; the URL itself contains the password. */
  address: string;
  /** True with `--prod` and for every server on another machine: destructive commands ask first. */
  isProduction: boolean;
}

/** Runs a command on its database. Throws CliError, which says what the operator can do about a failure. */
export async function withDatabase<Result>(
  context: CommandContext,
  options: CommonOptions,
  work: (target: DatabaseTarget) => Promise<Result>,
): Promise<Result> {
  const target = resolveDatabase(context, options);
  try {
    return await work(target);
  } catch (error) {
    throw explain(error, target);
  }
}

/** Opens one connection for the time of the work. */
export async function withDb<Result>(
  { connectionUrl }: DatabaseTarget,
  work: (db: Db) => Promise<Result>,
): Promise<Result> {
  const client = createDb({ connectionUrl, max: 1 });
  try {
    return await work(client.db);
  } finally {
    await client.close();
  }
}

/** Decides which database a command uses. Throws CliError when none is named. */
function resolveDatabase({ env, dataDir }: CommandContext, options: CommonOptions): DatabaseTarget {
  const fromEnv = connectionUrlFromEnv(env);
  if (options.prod && fromEnv === undefined) {
    throw new CliError("--prod needs CONNECTION_URL, or PGHOST and the other PG variables");
  }
  const connectionUrl = fromEnv ?? readLocalStack(dataDir).CONNECTION_URL;
  if (!URL.canParse(connectionUrl) || !/^postgres(ql)?:/.test(connectionUrl)) {
    throw new CliError("CONNECTION_URL isn't a postgres:// URL");
  }
  const url = new URL(connectionUrl);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database === "") throw new CliError("CONNECTION_URL names no database");
  return {
    connectionUrl,
    database,
    address: url.host,
    isProduction: options.prod === true || !isLoopback(url.hostname),
  };
}

/** Replaces a driver's error by the operator's next step. */
function explain(error: unknown, { database, address }: DatabaseTarget): unknown {
  const cause: unknown = error instanceof AppError ? error.cause : error;
  if (!(cause instanceof Error)) return error;
  const code = "code" in cause ? String(cause.code) : "";
  if (error instanceof AppError && error.code === "unavailable") {
    return new CliError(`can't reach Postgres at ${address}: ${cause.message || code}`);
  }
  if (code === "3D000") {
    return new CliError(`there is no database ${database} at ${address}: run \`pnpm db create\``);
  }
  if (code === "42P01") {
    return new CliError(`${database} has no tables: run \`pnpm db schema-load\``);
  }
  if (code.startsWith("28")) return new CliError(`Postgres at ${address} says: ${cause.message}`);
  return error;
}
