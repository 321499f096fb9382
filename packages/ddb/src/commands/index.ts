import { createProgram } from "@cruddur/command-line/program";
import type { Command } from "commander";
import type { DdbContext } from "./context.ts";
import { addConversationCommands } from "./conversation-commands.ts";
import { addRepairCommands } from "./repair-commands.ts";
import { addTableCommands } from "./table-commands.ts";

export type { DdbContext } from "./context.ts";

/** `pnpm ddb …`: what operators ask of the table. */
export function createDdbProgram(context: DdbContext): Command {
  const program = createProgram("pnpm ddb", "The DynamoDB table of Cruddur Messages");
  addTableCommands(program, context);
  addConversationCommands(program, context);
  addRepairCommands(program, context);
  return program;
}
