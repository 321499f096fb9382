import { CliError } from "@cruddur/command-line/cli-error";
import type { StackConfig } from "./config.ts";

const ENGINES = { AWS_ENDPOINT_URL: "DynamoDB", CONNECTION_URL: "Postgres" } as const;

/**
 * Runs the first work on an engine. When it fails and a variable names the engine, throws a CliError
 * that asks to check that variable.
 */
export async function explainEngineErrors<Result>(
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

/** The first line of the driver's message. For a name with several addresses, only `code` is set. */
function reasonOf(error: unknown): string {
  let found = error;
  while (found instanceof Error && found.cause instanceof Error) found = found.cause;
  const { message, code, name } = found as NodeJS.ErrnoException;
  return (message || code || name).split("\n", 1).join();
}
