import { note } from "@cruddur/command-line/output";
import { createDatabase, dropDatabase } from "@cruddur/db/databases";
import { migrateDb } from "@cruddur/db/migrate";
import { seedDemoUsers } from "@cruddur/db/seed";
import type { Command } from "commander";
import { findUserPool, LIST_POOL_USERS } from "../cognito/user-pool.ts";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { withDatabase, withDb } from "./database-target.ts";
import { confirmDrop } from "./drop.ts";
import { confirmSeed, printUsers } from "./seed.ts";
import { linkPeople } from "./update-cognito-user-ids.ts";

/** `pnpm db setup` */
export function addSetup(program: Command, context: CommandContext): void {
  addCommand(program, "setup", {
    description:
      "run create, schema-load, seed and update-cognito-user-ids; uuids stay the same every time",
    example: "pnpm db setup",
    permissions: [LIST_POOL_USERS],
    asks: true,
  })
    .option("--drop", "drop the database first, with everyone in it")
    .action((options: CommonOptions & { drop?: true }) =>
      withDatabase(context, options, async (target) => {
        if (options.drop) await confirmDrop(target, options);
        await confirmSeed(target, options);
        if (options.drop) await dropDatabase(target.connectionUrl);
        await createDatabase(target.connectionUrl);
        await migrateDb(target.connectionUrl);
        await withDb(target, seedDemoUsers);
        const pool = findUserPool(context, options);
        if (pool) await linkPeople(target, pool, options);
        else
          note("no user pool is named: people get their cognito_user_id when they first sign in");
        // Seeding again adds nobody; it returns the rows with the ids they have now.
        printUsers(options, await withDb(target, seedDemoUsers));
      }),
    );
}
