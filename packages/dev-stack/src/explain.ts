import { once } from "node:events";
import { createServer } from "node:net";
import { CliError } from "@cruddur/command-line/cli-error";
import type { StackConfig } from "./config.ts";

/** Throws a CliError that says which variable to set when PORT on HOST can't be listened on. */
export async function checkPort(port: number, host: string): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const problems: Record<string, string> = {
      EADDRINUSE: `port ${port} is taken: stop what uses it, or set PORT to another one`,
      EACCES: `port ${port} is for privileged programs: set PORT to 1024 or more`,
    };
    const other = `can't listen on ${host} (${code}): set HOST to an address of this machine`;
    throw new CliError(problems[code] ?? other, { cause: error });
  }
  server.close();
  await once(server, "close");
}

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
