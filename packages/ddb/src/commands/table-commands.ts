import {
  DeleteTableCommand,
  ListTablesCommand,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { CliError } from "@cruddur/command-line/cli-error";
import { confirmOrThrow } from "@cruddur/command-line/confirm";
import { note, print } from "@cruddur/command-line/output";
import { addCommand, type CommandContext, type CommonOptions } from "@cruddur/command-line/program";
import Table from "cli-table3";
import type { Command } from "commander";
import { ensureTable } from "../create-table.ts";
import { withTable } from "./table-target.ts";

/** schema-load, list-tables, drop, scan. */
export function addTableCommands(program: Command, context: CommandContext): void {
  addCommand(
    program,
    "schema-load",
    "create the table with its indexes and stream, and print its description",
    { yes: false },
  ).action((options: CommonOptions) =>
    withTable(context, options, async ({ client, tableName }) => {
      const table = await ensureTable(client, { tableName });
      print(options, table, JSON.stringify(table, null, 2));
    }),
  );

  addCommand(program, "list-tables", "names of all tables", { yes: false }).action(
    (options: CommonOptions) =>
      withTable(context, options, async ({ client }) => {
        const names: string[] = [];
        let start: string | undefined;
        do {
          const page = await client.send(new ListTablesCommand({ ExclusiveStartTableName: start }));
          names.push(...(page.TableNames ?? []));
          start = page.LastEvaluatedTableName;
        } while (start !== undefined);
        const table = new Table({ head: ["table"], style: { head: [], border: [] } });
        for (const name of names) table.push([name]);
        print(options, names, table.toString());
      }),
  );

  addCommand(program, "drop", "delete a table and everything in it")
    .argument("<table>", "its name")
    // Unlike other wrong usage: who names no table is to see what this takes before it deletes one.
    .showHelpAfterError()
    .action((name: string, options: CommonOptions) =>
      withTable(context, options, async ({ client, address, isProduction }) => {
        const question = `Delete the table ${name} at ${address} with everything in it?`;
        await confirmOrThrow(question, { yes: options.yes === true || !isProduction });
        try {
          await client.send(new DeleteTableCommand({ TableName: name }));
        } catch (error) {
          if ((error as Error).name !== "ResourceNotFoundException") throw error;
          throw new CliError(`there is no table ${name} at ${address}`);
        }
        await waitUntilTableNotExists(
          { client, minDelay: 0.05, maxDelay: 2, maxWaitTime: 120 },
          { TableName: name },
        );
        print(options, { dropped: name }, `dropped ${name}`);
      }),
    );

  addCommand(program, "scan", "print every item, one line of JSON each, to the last page", {
    yes: false,
    json: false,
  }).action((options: CommonOptions) =>
    withTable(context, options, async ({ client, tableName }) => {
      let items = 0;
      const documents = DynamoDBDocumentClient.from(client);
      for await (const page of paginateScan({ client: documents }, { TableName: tableName })) {
        for (const item of page.Items ?? []) {
          process.stdout.write(`${JSON.stringify(item)}\n`);
          items += 1;
        }
      }
      note(`${items} items`);
    }),
  );
}
