import { print } from "@cruddur/command-line/output";
import { createProgress } from "@cruddur/command-line/progress";
import { rebuildInboxes } from "@cruddur/ddb/rebuild-inboxes";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { count } from "../count.ts";
import { permissionsOfPatterns } from "../permissions.ts";
import { withTable } from "./table-target.ts";

/** `pnpm ddb rebuild-inboxes` */
export function addRebuildInboxes(program: Command, context: CommandContext): void {
  addCommand(program, "rebuild-inboxes", {
    description: "correct every inbox from the stored messages; people can go on writing",
    example: "pnpm ddb rebuild-inboxes",
    permissions: permissionsOfPatterns("rebuildInboxes"),
  }).action((options: CommonOptions) =>
    withTable(context, options, async (table) => {
      const progress = createProgress("memberships");
      const result = await rebuildInboxes(table, {
        // Counting reads the whole index, so it is done only for a progress bar that somebody sees.
        ...(process.stderr.isTTY && { onTotal: (total: number) => progress.setTotal(total) }),
        onMembership: () => progress.add(),
      }).finally(() => progress.stop());
      const text = `${count(result.memberships, "membership")} checked, ${result.repaired} repaired`;
      print(options, result, text);
    }),
  );
}
