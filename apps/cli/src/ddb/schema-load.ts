import { note, print } from "@cruddur/command-line/output";
import { ensureIndexes, ensureTable } from "@cruddur/ddb/create-table";
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
      const isLocal = endpoint !== undefined && !isAws(endpoint);
      if (isLocal) await requireEngineFeatures(client, endpoint);
      await ensureTable(client, { tableName });
      // At AWS infra changes an index: making one again would empty every inbox for minutes.
      const made = isLocal ? await ensureIndexes(client, tableName) : [];
      if (made.length > 0) note(`made ${made.join(", ")}: run pnpm ddb rebuild-inboxes`);
      const table = await ensureTable(client, { tableName });
      print(options, table, JSON.stringify(table, null, 2));
    }),
  );
}
