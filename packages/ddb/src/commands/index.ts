import type { Command } from "commander";
import { addConversationCommands } from "./conversation-commands.ts";
import { type CommandContext, createProgram } from "./options.ts";
import { addRepairCommands } from "./repair-commands.ts";
import { addTableCommands } from "./table-commands.ts";

export type { CommandContext } from "./options.ts";

/** `pnpm ddb …`: what operators ask of the table. */
export function createDdbProgram(context: CommandContext): Command {
  const program = createProgram("pnpm ddb", "The DynamoDB table of Cruddur Messages");
  addTableCommands(program, context);
  addConversationCommands(program, context);
  addRepairCommands(program, context);
  return program;
}
