import { print } from "@cruddur/command-line/output";
import { listTableNames } from "@cruddur/ddb/manage-tables";
import Table from "cli-table3";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { withTable } from "./table-target.ts";

/** `pnpm ddb list-tables` */
export function addListTables(program: Command, context: CommandContext): void {
  addCommand(program, "list-tables", {
    description: "list the names of all tables",
    example: "pnpm ddb list-tables",
    permissions: [{ action: "dynamodb:ListTables", on: "any" }],
  }).action((options: CommonOptions) =>
    withTable(context, options, async ({ client }) => {
      const names = await listTableNames(client);
      const table = new Table({ head: ["table"], style: { head: [], border: [] } });
      for (const name of names) table.push([name]);
      print(options, names, table.toString());
    }),
  );
}
