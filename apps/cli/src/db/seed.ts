import { confirmOrThrow } from "@cruddur/command-line/confirm";
import { print } from "@cruddur/command-line/output";
import type { UserRow } from "@cruddur/db/schema";
import { seedDemoUsers } from "@cruddur/db/seed";
import Table from "cli-table3";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { type DatabaseTarget, withDatabase, withDb } from "./database-target.ts";

/** `pnpm db seed` */
export function addSeed(program: Command, context: CommandContext): void {
  addCommand(program, "seed", {
    description: "add the demo people who are missing",
    example: "pnpm db seed",
    permissions: [],
    asks: true,
  }).action((options: CommonOptions) =>
    withDatabase(context, options, async (target) => {
      await confirmSeed(target, options);
      printUsers(options, await withDb(target, seedDemoUsers));
    }),
  );
}

/** Asks before the demo people are added to production. Throws CliError. */
export const confirmSeed = (
  { database, address, isProduction }: DatabaseTarget,
  { yes }: CommonOptions,
): Promise<void> =>
  confirmOrThrow(`Add the demo people to ${database} at ${address}?`, {
    yes: yes === true || !isProduction,
  });

/** Prints people with their uuids and the ids of their accounts in the user pool. */
export function printUsers(options: CommonOptions, users: readonly UserRow[]): void {
  const table = new Table({
    head: ["handle", "uuid", "cognito_user_id"],
    style: { head: [], border: [] },
  });
  for (const user of users) table.push([user.handle, user.uuid, user.cognito_user_id ?? "-"]);
  print(options, users, table.toString());
}
