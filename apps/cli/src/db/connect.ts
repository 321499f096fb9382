import { spawn } from "node:child_process";
import { once } from "node:events";
import { CliError } from "@cruddur/command-line/cli-error";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { type DatabaseTarget, withDatabase } from "./database-target.ts";

/** `pnpm db connect` */
export function addConnect(program: Command, context: CommandContext): void {
  addCommand(program, "connect", {
    description: "open psql, the SQL prompt of the PostgreSQL client, on the database",
    example: "pnpm db connect",
    permissions: [],
    json: false,
  }).action((options: CommonOptions) =>
    withDatabase(context, options, (target) => runPsql(target, context.env)),
  );
}

/** Runs `psql` until the operator leaves it. Throws CliError when it is not installed or fails. */
async function runPsql(
  { connectionUrl }: DatabaseTarget,
  env: CommandContext["env"],
): Promise<void> {
  // The password goes through the environment: every user of the machine can see arguments.
  const url = new URL(connectionUrl);
  const PGPASSWORD = decodeURIComponent(url.password);
  url.password = "";
  const child = spawn("psql", [url.href], { stdio: "inherit", env: { ...env, PGPASSWORD } });
  // Ctrl-C cancels a query in psql and must not end this process around it.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  try {
    const [code] = await once(child, "exit");
    if (code !== 0) throw new CliError(`psql ended with code ${code}`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    throw new CliError("psql isn't installed: install the PostgreSQL client to use this command");
  } finally {
    process.off("SIGINT", ignore);
  }
}
