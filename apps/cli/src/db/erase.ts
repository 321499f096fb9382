import { CliError } from "@cruddur/command-line/cli-error";
import { confirmOrThrow } from "@cruddur/command-line/confirm";
import { note, print } from "@cruddur/command-line/output";
import { createProgress } from "@cruddur/command-line/progress";
import type { Db } from "@cruddur/db/client";
import { createErasures } from "@cruddur/db/erasures";
import { createUsers } from "@cruddur/db/users";
import { erasurePatterns } from "@cruddur/ddb/roles";
import { erasePerson } from "@cruddur/own-data/erase";
import { eraseDuePeople } from "@cruddur/own-data/erase-due-people";
import { openErasure } from "@cruddur/own-data/open-erasure";
import type { Command } from "commander";
import { resolveUserPool } from "../cognito/user-pool.ts";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { count } from "../count.ts";
import { withTable } from "../ddb/table-target.ts";
import { type Permission, permissionsOfPatterns } from "../permissions.ts";
import { describeCheck, prepareCheck } from "./check-erased.ts";
import { type DatabaseTarget, withDatabase, withDb } from "./database-target.ts";
import { findUuid } from "./find-uuid.ts";

interface EraseOptions extends CommonOptions {
  now?: boolean;
  due?: boolean;
  check?: boolean;
}

const PERMISSIONS: readonly Permission[] = [
  { action: "cognito-idp:ListUsers", on: "user-pool" },
  { action: "cognito-idp:AdminDeleteUser", on: "user-pool" },
  { action: "dynamodb:Scan", on: "table" },
  ...permissionsOfPatterns(...(Object.keys(erasurePatterns) as (keyof typeof erasurePatterns)[])),
];

/** `pnpm db erase` */
export function addErase(program: Command, context: CommandContext): void {
  addCommand(program, "erase", {
    description: "erase a person for good, or everybody whose 7 days are over",
    example: "pnpm db erase --due",
    permissions: PERMISSIONS,
    asks: true,
  })
    .argument("[handle]", "who is erased with --now, by handle or email address")
    .option("--now", "erase the person at once, whether or not they asked for it")
    .option("--check", "with --now, search everything for what is left; it reads the whole table")
    .option("--due", "erase everybody who asked for it 7 days ago, and finish what was cut off")
    .action((typed: string | undefined, options: EraseOptions) => {
      if ((options.due === true) === (typed !== undefined && options.now === true)) {
        throw new CliError("name a person and pass --now, or pass --due alone");
      }
      if (options.check && !options.now) throw new CliError("--check needs --now");
      return withTable(context, options, (table) =>
        withDatabase(context, options, (target) =>
          withDb(target, async (db) => {
            const progress = createProgress("messages");
            const erasure = openErasure({
              ...{ table, db, pool: resolveUserPool(context, options) },
              onProgress: (done) => {
                if ("step" in done) note(`erasing: ${done.step}`);
                else progress.add(done.messages);
              },
            });
            try {
              if (typed === undefined) return await runDue(erasure.parts, options);
              const user_uuid = await confirmPerson(db, target, typed, options);
              const dataDir = options.prod ? null : context.dataDir;
              const check =
                options.check && (await prepareCheck({ table, db }, user_uuid, dataDir));
              await erasePerson(erasure.parts, user_uuid);
              const checked = check ? await check() : null;
              const result = { erased: [user_uuid], failed: [], ...(checked && { checked }) };
              const text = checked && describeCheck(checked);
              print(options, result, `1 person erased${text === null ? "" : `; ${text}`}`);
            } finally {
              progress.stop();
              erasure.close();
            }
          }),
        ),
      );
    });
}

/**
 * Asks also on a local stack: nothing brings a person back. An erasure that was cut off is continued
 * without asking again.
 */
async function confirmPerson(
  db: Db,
  { database, address }: DatabaseTarget,
  typed: string,
  options: EraseOptions,
): Promise<string> {
  const name = typed.replace(/^@/, "");
  const started = await createErasures(db).findStarted(name);
  if (started !== null) {
    note(`continuing the erasure of @${name}, which was cut off`);
    if (options.check) note("what was erased before is not searched for");
    return started.user_uuid;
  }
  const user_uuid = await findUuid(db, name);
  const user = user_uuid === null ? null : await createUsers(db).findUser(user_uuid);
  if (user === null) throw new CliError(`there is no user ${typed}`);
  const question = `Erase @${user.handle} (${user.display_name}) from ${database} at ${address} for good?`;
  await confirmOrThrow(question, { yes: options.yes === true });
  return user.uuid;
}

async function runDue(
  parts: Parameters<typeof eraseDuePeople>[0],
  options: EraseOptions,
): Promise<void> {
  const { erased, failed } = await eraseDuePeople(parts);
  for (const { user_uuid, error } of failed) {
    note(`not erased: ${user_uuid}, ${error instanceof Error ? error.name : "an error"}`);
  }
  const people = count(erased.length, "account");
  print(
    options,
    { erased, failed: failed.map(({ user_uuid }) => user_uuid) },
    `${people} erased, ${failed.length} failed`,
  );
  if (failed.length > 0) process.exitCode = 1;
}
