import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "@cruddur/command-line/cli-error";
import { readLocalStack } from "@cruddur/command-line/local-stack";
import { createProgram } from "@cruddur/command-line/program";
import type { Command } from "commander";
import { type CommandContext, type CommonOptions, declarePermissions } from "../command.ts";
import { permissionsOfPatterns } from "../permissions.ts";
import { formatStatus } from "./screen.ts";
import { readStatus } from "./status.ts";

interface OpsOptions extends CommonOptions {
  once?: true;
  every: number;
}

/** Moves the cursor home and clears the terminal. */
const CLEAR = "\u001b[H\u001b[2J";

/** `pnpm ops`: the state of the running local stack, or of the deployment, on one screen. */
export function createOpsProgram(context: CommandContext): Command {
  const program = createProgram(
    "pnpm ops",
    "Show the health of the server, how far inboxes are behind, dead letters, sign-ins, open reports and the busiest conversations",
  )
    .option("--prod", "show the deployment, as the environment names it, not the local stack")
    .option("--once", "show it once and end; exit with code 1 when the server is down")
    .option("--json", "print each state as one line of JSON")
    .option("--every <seconds>", "time between two states", parseSeconds, 2)
    .addHelpText(
      "after",
      `
Counts of requests start at zero with the server. Each state reads the whole inbox index.
With --prod, how far inboxes are behind and the requests are on the CloudWatch dashboard cruddur-messages.

Example:
  pnpm -s ops --once --json`,
    )
    .action((options: OpsOptions) => show(context, options));
  return declarePermissions(program, [
    { action: "sqs:GetQueueAttributes", on: "dead-letter-queue" },
    ...permissionsOfPatterns("listHotMessageGroups"),
  ]);
}

async function show(context: CommandContext, options: OpsOptions): Promise<void> {
  const { prod = false, once, json, every } = options;
  // Says at once where there is none, which every part would say otherwise.
  if (!prod) readLocalStack(context.dataDir);
  for (;;) {
    const status = await readStatus(context, { prod });
    const clear = process.stdout.isTTY && !once && !json ? CLEAR : "";
    process.stdout.write(`${clear}${json ? JSON.stringify(status) : formatStatus(status, prod)}\n`);
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
