import { CliError } from "@cruddur/command-line/cli-error";
import { isLoopback } from "@cruddur/command-line/endpoints";
import { readLocalStack } from "@cruddur/command-line/local-stack";
import type { CommandContext, CommonOptions } from "@cruddur/command-line/program";
import { AppError } from "@cruddur/contract/errors";
import { connectionUrlFromEnv } from "../connection-url.ts";

export interface DatabaseTarget {
  connectionUrl: string;
  database: string;
  /** host and port, for messages: the URL itself holds the password. */
  address: string;
  /** Destructive commands ask first: `--prod`, or any server that isn't on this machine. */
  isProduction: boolean;
}

/** Which database a command is about. Throws CliError when none is named. */
export function resolveDatabase(
  { env, dataDir }: CommandContext,
  options: CommonOptions,
): DatabaseTarget {
  const fromEnv = connectionUrlFromEnv(env);
  if (options.prod && fromEnv === undefined) {
    throw new CliError("--prod needs CONNECTION_URL (or PGHOST and its siblings)");
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

/** The operator's next step in place of a driver's error. */
export function explain(error: unknown, { database, address }: DatabaseTarget): unknown {
  const cause: unknown = error instanceof AppError ? error.cause : error;
  if (!(cause instanceof Error)) return error;
  const code = "code" in cause ? String(cause.code) : "";
  if (error instanceof AppError && error.code === "unavailable") {
    return new CliError(`can't reach Postgres at ${address}: ${cause.message || code}`);
  }
  if (code === "3D000") {
    return new CliError(`there is no database ${database}: run \`pnpm db create\``);
  }
  if (code === "42P01") {
    return new CliError(`${database} has no tables: run \`pnpm db schema-load\``);
  }
  if (code.startsWith("28")) return new CliError(`Postgres at ${address} says: ${cause.message}`);
  return error;
}
