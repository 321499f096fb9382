import { print } from "@cruddur/command-line/output";
import { migrateDb } from "@cruddur/db/migrate";
import { type DatabaseLogin, grantServerRole } from "@cruddur/db/server-role";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { withDatabase } from "./database-target.ts";

/** The login of the servers, where it is another than that of the schema's owner. */
function serverLogin({ env }: CommandContext): DatabaseLogin | undefined {
  const { SERVER_PGUSER: user, SERVER_PGPASSWORD: password } = env;
  return user && password ? { user, password } : undefined;
}

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
        const login = serverLogin(context);
        if (login !== undefined) await grantServerRole(connectionUrl, login);
        print(options, { database }, `${database} is up to date`);
      }),
    );
}
