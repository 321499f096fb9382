import { confirmOrThrow } from "@cruddur/command-line/confirm";
import { note, print } from "@cruddur/command-line/output";
import {
  addCommand,
  type CommandContext,
  type CommonOptions,
  createProgram,
} from "@cruddur/command-line/program";
import Table from "cli-table3";
import type { Command } from "commander";
import { createDb } from "../client.ts";
import { migrateDb } from "../migrate.ts";
import type { UserRow } from "../schema.ts";
import { linkCognitoUserIds, seedDemoUsers } from "../seed.ts";
import { type DatabaseTarget, explain, resolveDatabase } from "./database-target.ts";
import { createDatabase, dropDatabase } from "./databases.ts";
import { runPsql, runSqlPrompt } from "./sql-prompt.ts";
import {
  byHandle,
  findUserPool,
  listPoolUsers,
  type PoolTarget,
  resolveUserPool,
} from "./user-pool.ts";

/** `pnpm db …`: the users' database, from an empty machine to one that knows everyone's `sub`. */
export function createDbProgram(context: CommandContext): Command {
  const program = createProgram("pnpm db", "The Postgres database of Cruddur Messages");

  /** A command about one database, whose errors say what to do. */
  function add<Options extends CommonOptions>(
    name: string,
    description: string,
    action: (target: DatabaseTarget, options: Options) => Promise<void>,
    offered: { yes?: boolean; json?: boolean } = {},
  ): Command {
    return addCommand(program, name, description, offered).action(async (options: Options) => {
      const target = resolveDatabase(context, options);
      try {
        await action(target, options);
      } catch (error) {
        throw explain(error, target);
      }
    });
  }

  add(
    "create",
    "create the database, if it isn't there",
    async (target, options) => {
      const created = await createDatabase(target);
      const { database } = target;
      const text = `${database} ${created ? "created" : "is there already"}`;
      print(options, { database, created }, text);
    },
    { yes: false },
  );

  add("drop", "drop the database, if it is there", async (target, options) => {
    await confirmDrop(target, options);
    const dropped = await dropDatabase(target);
    const { database } = target;
    print(options, { database, dropped }, `${database} ${dropped ? "dropped" : "wasn't there"}`);
  });

  add(
    "schema-load",
    "create or migrate the tables",
    async (target, options) => {
      await migrateDb(target.connectionUrl);
      print(options, { database: target.database }, `${target.database} is up to date`);
    },
    { yes: false },
  );

  add("seed", "add the demo users who are missing", async (target, options) => {
    await confirmSeed(target, options);
    printUsers(options, await seed(target));
  });

  add<CommonOptions & { drop?: true }>(
    "setup",
    "create, schema-load, seed and update-cognito-user-ids; uuids stay the same however often it runs",
    async (target, options) => {
      if (options.drop) await confirmDrop(target, options);
      await confirmSeed(target, options);
      if (options.drop) await dropDatabase(target);
      await createDatabase(target);
      await migrateDb(target.connectionUrl);
      await seed(target);
      const pool = findUserPool(context, options);
      if (pool) await updateCognitoUserIds(target, pool);
      else note("no user pool is named: users get their cognito_user_id at their first sign-in");
      // Adds nobody now: it shows the rows with what the pool has given them.
      printUsers(options, await seed(target));
    },
  ).option("--drop", "drop the database first, with everyone in it");

  add(
    "update-cognito-user-ids",
    "set cognito_user_id by handle from the user pool",
    async (target, options) => {
      const updated = await updateCognitoUserIds(target, resolveUserPool(context, options));
      print(
        options,
        { updated },
        `${updated.length} updated${updated.length > 0 ? `: ${updated.join(", ")}` : ""}`,
      );
    },
    { yes: false },
  );

  add(
    "connect",
    "psql, or a plain SQL prompt where it isn't installed",
    async (target) => {
      if (!(await runPsql(target, context.env))) await runSqlPrompt(target);
    },
    { yes: false, json: false },
  );

  return program;
}

const confirmDrop = ({ database, address, isProduction }: DatabaseTarget, { yes }: CommonOptions) =>
  confirmOrThrow(`Drop ${database} at ${address}, with everyone in it?`, {
    yes: yes === true || !isProduction,
  });

const confirmSeed = ({ database, address, isProduction }: DatabaseTarget, { yes }: CommonOptions) =>
  confirmOrThrow(`Add the demo users to ${database} at ${address}?`, {
    yes: yes === true || !isProduction,
  });

async function seed({ connectionUrl }: DatabaseTarget): Promise<UserRow[]> {
  const client = createDb({ connectionUrl, max: 1 });
  try {
    return await seedDemoUsers(client.db);
  } finally {
    await client.close();
  }
}

async function updateCognitoUserIds(
  { connectionUrl }: DatabaseTarget,
  pool: PoolTarget,
): Promise<string[]> {
  const { people, ambiguous } = byHandle(await listPoolUsers(pool));
  if (ambiguous.length > 0) note(`left out, claimed by several users: ${ambiguous.join(", ")}`);
  const client = createDb({ connectionUrl, max: 1 });
  try {
    return await linkCognitoUserIds(client.db, people);
  } finally {
    await client.close();
  }
}

function printUsers(options: CommonOptions, users: readonly UserRow[]): void {
  const table = new Table({
    head: ["handle", "uuid", "cognito_user_id"],
    style: { head: [], border: [] },
  });
  for (const user of users) table.push([user.handle, user.uuid, user.cognito_user_id ?? "-"]);
  print(options, users, table.toString());
}
