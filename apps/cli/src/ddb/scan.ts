import { note } from "@cruddur/command-line/output";
import { scanItems } from "@cruddur/ddb/manage-tables";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { count } from "../count.ts";
import { withTable } from "./table-target.ts";

/** `pnpm ddb scan` */
export function addScan(program: Command, context: CommandContext): void {
  addCommand(program, "scan", {
    description: "print every item of the table as JSON, one item per line",
    example: "pnpm -s ddb scan > items.jsonl",
    permissions: [{ action: "dynamodb:Scan", on: "table" }],
  }).action((options: CommonOptions) =>
    withTable(context, options, async (table) => {
      let items = 0;
      // With --json the lines are the elements of one array, written as they arrive.
      if (options.json) process.stdout.write("[\n");
      for await (const item of scanItems(table)) {
        const comma = options.json && items > 0 ? ",\n" : "";
        process.stdout.write(`${comma}${JSON.stringify(item)}${options.json ? "" : "\n"}`);
        items += 1;
      }
      if (options.json) process.stdout.write("\n]\n");
      note(count(items, "item"));
    }),
  );
}
