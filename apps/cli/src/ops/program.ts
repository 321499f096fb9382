import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "@cruddur/command-line/cli-error";
import { createProgram } from "@cruddur/command-line/program";
import type { Command } from "commander";
import type { CommandContext } from "../command.ts";
import { formatStatus } from "./screen.ts";
import { readStatus } from "./status.ts";

interface OpsOptions {
  once?: true;
  json?: true;
  every: number;
}

/** Moves the cursor home and clears the terminal. */
const CLEAR = "\u001b[H\u001b[2J";

/** `pnpm ops`: the state of the running local stack on one screen. */
export function createOpsProgram(context: CommandContext): Command {
  return createProgram(
    "pnpm ops",
    "Show the health of the running local stack, how far inboxes are behind, dead letters, sign-ins and the busiest conversations",
  )
    .option("--once", "show it once and end; exit with code 1 when the server is down")
    .option("--json", "print each state as one line of JSON")
    .option("--every <seconds>", "time between two states", parseSeconds, 2)
    .addHelpText(
      "after",
      `
Counts of sign-ins and requests start at zero with the server. Each state reads the whole inbox index.
On AWS, the CloudWatch dashboard cruddur-messages shows health, lag and dead letters.

Example:
  pnpm -s ops --once --json`,
    )
    .action((options: OpsOptions) => show(context, options));
}

async function show(context: CommandContext, { once, json, every }: OpsOptions): Promise<void> {
  for (;;) {
    const status = await readStatus(context);
    const clear = process.stdout.isTTY && !once && !json ? CLEAR : "";
    process.stdout.write(`${clear}${json ? JSON.stringify(status) : formatStatus(status)}\n`);
    if (once) {
      if (status.health === null || status.health.status === "down") process.exitCode = 1;
      return;
    }
    await sleep(every * 1_000);
  }
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0)) throw new CliError("--every needs a number of seconds");
  return seconds;
}
