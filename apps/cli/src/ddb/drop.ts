import { CliError } from "@cruddur/command-line/cli-error";
import { confirmOrThrow } from "@cruddur/command-line/confirm";
import { print } from "@cruddur/command-line/output";
import { deleteTable } from "@cruddur/ddb/manage-tables";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { withTable } from "./table-target.ts";

/** `pnpm ddb drop <table>` */
export function addDrop(program: Command, context: CommandContext): void {
  addCommand(program, "drop", {
    description: "delete a table with everything in it",
    example: "pnpm ddb drop cruddur-messages",
    permissions: [
      { action: "dynamodb:DeleteTable", on: "table" },
      { action: "dynamodb:DescribeTable", on: "table" },
    ],
    asks: true,
  })
    .argument("<table>", "the name of the table")
    // Other wrong usage is answered in one line; whoever omits the name here sees the whole usage first.
    .showHelpAfterError()
    .action((name: string, options: CommonOptions) =>
      withTable(context, options, async ({ client, address, isProduction }) => {
        const question = `Delete the table ${name} at ${address} with everything in it?`;
        await confirmOrThrow(question, { yes: options.yes === true || !isProduction });
        if (!(await deleteTable(client, name))) {
          throw new CliError(`there is no table ${name} at ${address}`);
        }
        print(options, { dropped: name }, `dropped ${name}`);
      }),
    );
}
