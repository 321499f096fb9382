import { print } from "@cruddur/command-line/output";
import { migrateDb } from "@cruddur/db/migrate";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { withDatabase } from "./database-target.ts";

/** `pnpm db schema-load`, also called `pnpm db migrate` */
export function addSchemaLoad(program: Command, context: CommandContext): void {
  addCommand(program, "schema-load", {
    description: "create the tables, or migrate them to the newest version",
    example: "pnpm db schema-load",
    permissions: [],
  })
    .alias("migrate")
    .action((options: CommonOptions) =>
      withDatabase(context, options, async ({ connectionUrl, database }) => {
        await migrateDb(connectionUrl);
        print(options, { database }, `${database} is up to date`);
      }),
    );
}
