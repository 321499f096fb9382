import { print } from "@cruddur/command-line/output";
import { createDatabase } from "@cruddur/db/databases";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { withDatabase } from "./database-target.ts";

/** `pnpm db create` */
export function addCreate(program: Command, context: CommandContext): void {
  addCommand(program, "create", {
    description: "create the database, unless it exists",
    example: "pnpm db create",
    permissions: [],
  }).action((options: CommonOptions) =>
    withDatabase(context, options, async ({ connectionUrl, database }) => {
      const created = await createDatabase(connectionUrl);
      const text = `${database} ${created ? "created" : "exists already"}`;
      print(options, { database, created }, text);
    }),
  );
}
