import { note } from "@cruddur/command-line/output";
import {
  addCommand,
  type CommandContext,
  type CommonOptions,
  createProgram,
} from "@cruddur/command-line/program";
import Table from "cli-table3";
import type { Command } from "commander";
import { listPoolUsers, resolveUserPool } from "./user-pool.ts";

/** `pnpm cognito …`: what operators ask of the user pool. */
export function createCognitoProgram(context: CommandContext): Command {
  const program = createProgram("pnpm cognito", "The user pool of Cruddur Messages");

  addCommand(program, "list-users", "every user's preferred_username and sub", {
    yes: false,
  }).action(async (options: CommonOptions) => {
    const users = await listPoolUsers(resolveUserPool(context, options));
    const named = users.filter((user) => user.preferred_username !== null);
    if (options.json) {
      const subs = Object.fromEntries(named.map((user) => [user.preferred_username, user.sub]));
      process.stdout.write(`${JSON.stringify(subs)}\n`);
    } else {
      const table = new Table({
        head: ["preferred_username", "sub"],
        style: { head: [], border: [] },
      });
      for (const user of users) table.push([user.preferred_username ?? "-", user.sub]);
      process.stdout.write(`${table.toString()}\n`);
    }
    const unnamed = users.length - named.length;
    note(`${users.length} users${unnamed > 0 ? `, ${unnamed} without preferred_username` : ""}`);
  });

  return program;
}
