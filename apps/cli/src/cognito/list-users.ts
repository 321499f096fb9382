import { note } from "@cruddur/command-line/output";
import Table from "cli-table3";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { count } from "../count.ts";
import { LIST_POOL_USERS, listPoolUsers, resolveUserPool } from "./user-pool.ts";

/** `pnpm cognito list-users` */
export function addListUsers(program: Command, context: CommandContext): void {
  addCommand(program, "list-users", {
    description: "list every account's preferred_username and sub",
    example: "pnpm -s cognito list-users --json",
    permissions: [LIST_POOL_USERS],
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
    const remark = unnamed > 0 ? `, ${unnamed} without preferred_username` : "";
    note(`${count(users.length, "user")}${remark}`);
  });
}
