import { createProgram } from "@cruddur/command-line/program";
import type { Command } from "commander";
import type { DdbContext } from "./context.ts";
import { addDrop } from "./drop.ts";
import { addGetConversation } from "./get-conversation.ts";
import { addListConversations } from "./list-conversations.ts";
import { addListTables } from "./list-tables.ts";
import { addRebuildInboxes } from "./rebuild-inboxes.ts";
import { addReplay } from "./replay.ts";
import { addScan } from "./scan.ts";
import { addSchemaLoad } from "./schema-load.ts";
import { addSeed } from "./seed.ts";

/** `pnpm ddb`: the operators' commands for the conversations table. */
export function createDdbProgram(context: DdbContext): Command {
  const program = createProgram("pnpm ddb", "The DynamoDB table of Cruddur Messages");
  addSchemaLoad(program, context);
  addListTables(program, context);
  addDrop(program, context);
  addScan(program, context);
  addSeed(program, context);
  addGetConversation(program, context);
  addListConversations(program, context);
  addReplay(program, context);
  addRebuildInboxes(program, context);
  return program;
}
