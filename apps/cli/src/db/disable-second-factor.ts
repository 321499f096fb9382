import { CliError } from "@cruddur/command-line/cli-error";
import { confirmOrThrow } from "@cruddur/command-line/confirm";
import { readLocalStack } from "@cruddur/command-line/local-stack";
import { note, print } from "@cruddur/command-line/output";
import type { Db } from "@cruddur/db/client";
import { recordSecondFactorRemoval } from "@cruddur/db/second-factor-removal";
import { createUsers } from "@cruddur/db/users";
import { createMailer } from "@cruddur/owner-mails/create-mailer";
import { createOwnerMails } from "@cruddur/owner-mails/owner-mails";
import type { Command } from "commander";
import {
  DISABLE_SECOND_FACTOR,
  disablePoolSecondFactor,
} from "../cognito/disable-second-factor.ts";
import { resolveUserPool } from "../cognito/user-pool.ts";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { withDatabase, withDb } from "./database-target.ts";
import { findUuid } from "./find-uuid.ts";

/** `pnpm db disable-second-factor` */
export function addDisableSecondFactor(program: Command, context: CommandContext): void {
  addCommand(program, "disable-second-factor", {
    description:
      "turn two-step sign-in off for a person who lost their app and recovery code, and end their sessions",
    example: "pnpm db disable-second-factor londo",
    permissions: [...DISABLE_SECOND_FACTOR, { action: "ses:SendEmail", on: "mail-sender" }],
    asks: true,
  })
    .argument("<handle>", "whose account, by handle or email address")
    .action((typed: string, options: CommonOptions) =>
      withDatabase(context, options, async (target) => {
        const pool = resolveUserPool(context, options);
        await withDb(target, async (db) => {
          const user = await findAccount(db, typed.replace(/^@/, ""));
          // Asks also on a local stack: from now on the password alone signs in.
          const question = `Turn two-step sign-in off for @${user.handle} (${user.display_name}) in ${target.database} at ${target.address}?`;
          await confirmOrThrow(question, { yes: options.yes === true });
          await disablePoolSecondFactor(pool, user);
          await recordSecondFactorRemoval(db, user.uuid, "pnpm db");
          const told = await tellOwner(context, options, db, user.uuid);
          const result = { handle: user.handle, second_factor: false, told };
          print(options, result, `two-step sign-in of @${user.handle} is off`);
        });
      }),
    );
}

async function findAccount(db: Db, name: string) {
  const users = createUsers(db);
  const user_uuid = await findUuid(db, name);
  const user = user_uuid === null ? null : await users.findUser(user_uuid);
  if (user === null) throw new CliError(`there is no user @${name}`);
  const { uuid, handle, display_name, cognito_user_id: sub } = user;
  if (sub === null) throw new CliError(`@${handle} has never signed in`);
  return { uuid, handle, display_name, sub, username: user.pool_username ?? handle };
}

/** Returns false, with a remark, when the owner was not told. */
async function tellOwner(
  { env, dataDir }: CommandContext,
  { prod }: CommonOptions,
  db: Db,
  user_uuid: string,
): Promise<boolean> {
  const local = prod || env.WEB_ORIGIN ? undefined : readLocalStack(dataDir);
  const mailer = await createMailer({
    MAIL_FROM: env.MAIL_FROM || undefined,
    MAIL_FILE: prod ? undefined : env.MAIL_FILE || local?.MAIL_FILE,
    AWS_REGION: env.AWS_REGION || "us-east-1",
  });
  const webOrigin = env.WEB_ORIGIN || (local?.url ?? "");
  const mails = createOwnerMails({ mailer, users: createUsers(db), webOrigin, onError: () => {} });
  try {
    await mails.write(user_uuid, "second_factor_removed");
    return true;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    note(`the owner was not told by mail: ${cause instanceof Error ? cause.message : cause}`);
    return false;
  }
}
