import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { CliError } from "@cruddur/command-line/cli-error";
import { note } from "@cruddur/command-line/output";
import type { CommandContext } from "@cruddur/command-line/program";
import Table from "cli-table3";
import pg from "pg";
import { withAppErrors } from "../errors.ts";
import type { DatabaseTarget } from "./database-target.ts";

/** `psql` where it is installed. @returns false where it isn't */
export async function runPsql(
  { connectionUrl }: DatabaseTarget,
  env: CommandContext["env"],
): Promise<boolean> {
  // The password goes by the environment: arguments are seen by every user of the machine.
  const url = new URL(connectionUrl);
  const PGPASSWORD = decodeURIComponent(url.password);
  url.password = "";
  const child = spawn("psql", [url.href], { stdio: "inherit", env: { ...env, PGPASSWORD } });
  // Ctrl-C is psql's: it cancels a query there, and must not end us around it.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  try {
    const [code] = await once(child, "exit");
    if (code !== 0) throw new CliError(`psql ended with code ${code}`);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  } finally {
    process.off("SIGINT", ignore);
  }
}

function format({ fields, rows, command, rowCount }: pg.QueryArrayResult): string {
  if (fields.length === 0) return `${command} ${rowCount ?? ""}`.trim();
  const table = new Table({
    head: fields.map((field) => field.name),
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push(row.map((value: string | null) => value ?? "∅"));
  return `${table.toString()}\n${rows.length} rows`;
}

/** Every type as Postgres writes it. */
const AS_TEXT = { getTypeParser: () => (value: string) => value };

/** A small prompt for where there is no psql: statements end with `;`, `\q` or Ctrl-D leaves. */
export async function runSqlPrompt({ connectionUrl, database }: DatabaseTarget): Promise<void> {
  const client = new pg.Client({ connectionString: connectionUrl });
  client.on("error", (error) => note(`error: ${error.message}`));
  await withAppErrors(() => client.connect());
  const isTerminal = process.stdin.isTTY === true;
  const readline = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: isTerminal,
  });
  const prompt = (text: string) => {
    readline.setPrompt(text);
    if (isTerminal) readline.prompt();
  };
  try {
    if (isTerminal) note("psql isn't installed: a plain prompt instead; \\q leaves");
    let statement = "";
    prompt(`${database}=> `);
    for await (const line of readline) {
      if (line.trim() === "\\q") break;
      statement += `${line}\n`;
      if (line.trimEnd().endsWith(";")) {
        const text = statement;
        statement = "";
        await client
          .query({ text, rowMode: "array", types: AS_TEXT })
          .then((result) => process.stdout.write(`${format(result)}\n`))
          .catch((error: Error) => note(`error: ${error.message}`));
      }
      prompt(statement === "" ? `${database}=> ` : `${database}-> `);
    }
  } finally {
    readline.close();
    await client.end();
  }
}
