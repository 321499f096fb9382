import { CliError } from "@cruddur/command-line/cli-error";
import { print } from "@cruddur/command-line/output";
import { createProgress } from "@cruddur/command-line/progress";
import { loadConversation } from "@cruddur/ddb/load-conversation";
import type { Command } from "commander";
import { addCommand, type CommonOptions } from "../command.ts";
import { count } from "../count.ts";
import { permissionsOfPatterns } from "../permissions.ts";
import { type DdbContext, findMember } from "./context.ts";
import { readConversationFile } from "./conversation-file.ts";
import { withTable } from "./table-target.ts";

interface SeedOptions extends CommonOptions {
  conversation: string;
  from: string;
  to: string;
}

/** `pnpm ddb seed` */
export function addSeed(program: Command, context: DdbContext): void {
  addCommand(program, "seed", {
    description: "load a conversation between two people, one message per minute, the last one now",
    example: "pnpm ddb seed --conversation talk.txt --from andrewbrown --to bayko",
    permissions: permissionsOfPatterns("loadConversation"),
  })
    .requiredOption(
      "--conversation <file>",
      "a file in UTF-8 of lines `Person 1: …` and `Person 2: …`",
    )
    .requiredOption("--from <handle>", "who is Person 1")
    .requiredOption("--to <handle>", "who is Person 2")
    .action(async (options: SeedOptions) => {
      const lines = await readConversationFile(options.conversation);
      const from = await findMember(context, options, options.from);
      const to = await findMember(context, options, options.to);
      if (from.user_uuid === to.user_uuid) {
        throw new CliError("--from and --to are the same person");
      }
      await withTable(context, options, async (table) => {
        const progress = createProgress("messages", lines.length);
        const onProgress = (count: number) => progress.add(count);
        const result = await loadConversation(table, {
          lines,
          from,
          to,
          onProgress,
        }).finally(() => progress.stop());
        const { message_group_uuid, loaded, already_there } = result;
        const text = `${count(loaded, "message")} loaded, ${already_there} already there, in conversation ${message_group_uuid}`;
        print(options, result, text);
      });
    });
}
