import { CliError } from "@cruddur/command-line/cli-error";
import { confirmOrThrow } from "@cruddur/command-line/confirm";
import { print } from "@cruddur/command-line/output";
import { dropDatabase, MAINTENANCE_DATABASE } from "@cruddur/db/databases";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { type DatabaseTarget, withDatabase } from "./database-target.ts";

/** `pnpm db drop` */
export function addDrop(program: Command, context: CommandContext): void {
  addCommand(program, "drop", {
    description: "drop the database with everyone in it, if it exists",
    example: "pnpm db drop",
    permissions: [],
    asks: true,
  }).action((options: CommonOptions) =>
    withDatabase(context, options, async (target) => {
      await confirmDrop(target, options);
      const dropped = await dropDatabase(target.connectionUrl);
      const { database } = target;
      print(options, { database, dropped }, `${database} ${dropped ? "dropped" : "did not exist"}`);
    }),
  );
}

/** Asks before a database of production is dropped. Throws CliError. */
export async function confirmDrop(
  { database, address, isProduction }: DatabaseTarget,
  { yes }: CommonOptions,
): Promise<void> {
  if (database === MAINTENANCE_DATABASE) {
    throw new CliError(`${MAINTENANCE_DATABASE} belongs to the Postgres server and is not dropped`);
  }
  await confirmOrThrow(`Drop ${database} at ${address} with everyone in it?`, {
    yes: yes === true || !isProduction,
  });
}
