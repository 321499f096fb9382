import { CliError } from "@cruddur/command-line/cli-error";
import { print } from "@cruddur/command-line/output";
import { createSuspensions } from "@cruddur/db/suspensions";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { withDatabase, withDb } from "./database-target.ts";
import { findUuid } from "./find-uuid.ts";

/** `pnpm db suspend` */
export function addSuspend(program: Command, context: CommandContext): void {
  addAccountCommand(program, context, {
    name: "suspend",
    description: "keep a person from signing in and sending, and end their live connections",
    done: "suspended",
  });
}

/** `pnpm db restore` */
export function addRestore(program: Command, context: CommandContext): void {
  addAccountCommand(program, context, {
    name: "restore",
    description: "let a person whom `suspend` has kept out sign in again",
    done: "restored",
  });
}

function addAccountCommand(
  program: Command,
  context: CommandContext,
  about: { name: "suspend" | "restore"; description: string; done: string },
): void {
  const { name, description, done } = about;
  addCommand(program, name, { description, example: `pnpm db ${name} londo`, permissions: [] })
    .argument("<handle>", "whose account, by handle or email address")
    .action((typed: string, options: CommonOptions) =>
      withDatabase(context, options, async (target) => {
        const handle = typed.replace(/^@/, "");
        await withDb(target, async (db) => {
          const user_uuid = await findUuid(db, handle);
          if (user_uuid === null) throw new CliError(`there is no user @${handle}`);
          await createSuspensions(db)[name](user_uuid);
        });
        print(options, { handle, [done]: true }, `@${handle} ${done}`);
      }),
    );
}
