import { print } from "@cruddur/command-line/output";
import { ensureTable } from "@cruddur/ddb/create-table";
import { requireEngineFeatures } from "@cruddur/ddb/engine-features";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { isAws } from "../endpoints.ts";
import { withTable } from "./table-target.ts";

/** `pnpm ddb schema-load` */
export function addSchemaLoad(program: Command, context: CommandContext): void {
  addCommand(program, "schema-load", {
    description: "create the table with its indexes and stream, and print its description",
    example: "pnpm ddb schema-load",
    permissions: [
      { action: "dynamodb:CreateTable", on: "table" },
      { action: "dynamodb:DescribeTable", on: "table" },
      { action: "dynamodb:UpdateTimeToLive", on: "table" },
    ],
  }).action((options: CommonOptions) =>
    withTable(context, options, async ({ client, tableName, endpoint }) => {
      if (endpoint !== undefined && !isAws(endpoint)) await requireEngineFeatures(client, endpoint);
      const table = await ensureTable(client, { tableName });
      print(options, table, JSON.stringify(table, null, 2));
    }),
  );
}
