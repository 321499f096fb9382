import { CliError } from "@cruddur/command-line/cli-error";
import type { StackConfig } from "./config.ts";

const ENGINES = { AWS_ENDPOINT_URL: "DynamoDB", CONNECTION_URL: "Postgres" } as const;

/** Runs the first work on an engine; where a variable names the engine, a failure names the variable. */
export async function usingEngine<Result>(
  variable: keyof typeof ENGINES,
  config: StackConfig,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (config[variable] === undefined) throw error;
    throw new CliError(`can't use ${ENGINES[variable]} (${reasonOf(error)}): check ${variable}`, {
      cause: error,
    });
  }
}

/** The driver's own words, on one line. Where a name has several addresses they are in `code` alone. */
function reasonOf(error: unknown): string {
  let found = error;
  while (found instanceof Error && found.cause instanceof Error) found = found.cause;
  const { message, code, name } = found as NodeJS.ErrnoException;
  return (message || code || name).split("\n", 1).join();
}
