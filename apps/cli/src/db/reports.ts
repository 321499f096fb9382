import { CliError } from "@cruddur/command-line/cli-error";
import { note, print } from "@cruddur/command-line/output";
import { createReports, type Report } from "@cruddur/db/reports";
import type { Command } from "commander";
import { z } from "zod";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { count } from "../count.ts";
import { withDatabase, withDb } from "./database-target.ts";

/** `pnpm db reports` */
export function addReports(program: Command, context: CommandContext): void {
  addCommand(program, "reports", {
    description: "list the open reports of people, with what these have written",
    example: "pnpm db reports",
    permissions: [],
  })
    .option("--all", "also those that are resolved")
    .action((options: CommonOptions & { all?: boolean }) =>
      withDatabase(context, options, async (target) => {
        const all = options.all === true;
        const reports = await withDb(target, (db) => createReports(db).list({ all }));
        if (options.json) process.stdout.write(`${JSON.stringify(reports)}\n`);
        else for (const report of reports) process.stdout.write(`${formatReport(report)}\n`);
        note(count(reports.length, "report"));
      }),
    );
}

/** `pnpm db resolve` */
export function addResolve(program: Command, context: CommandContext): void {
  addCommand(program, "resolve", {
    description: "take a report off the list of open reports",
    example: "pnpm db resolve 0f3c5cf8-0d6e-4c39-9d8c-6f2f1f3a2b11",
    permissions: [],
  })
    .argument("<report>", "uuid of the report, as `reports` prints it")
    .action((uuid: string, options: CommonOptions) =>
      withDatabase(context, options, async (target) => {
        const isUuid = z.uuid().safeParse(uuid).success;
        const resolved = isUuid && (await withDb(target, (db) => createReports(db).resolve(uuid)));
        if (!resolved) throw new CliError(`there is no open report ${uuid}`);
        print(options, { report: uuid }, `report ${uuid} resolved`);
      }),
    );
}

/** One line about the report, and one for each message. */
function formatReport(report: Report): string {
  const { uuid, reported_at, handle, reporter_handle, reason, resolved_at, evidence } = report;
  const by = reporter_handle === "" ? "somebody who has left" : `@${reporter_handle}`;
  const state = resolved_at === null ? "" : `, resolved ${resolved_at.toISOString()}`;
  const messages = evidence.map(({ created_at, message, uuid: message_uuid }) => {
    const mark = message_uuid === report.message_uuid ? ">" : " ";
    return `${mark} ${created_at}  ${JSON.stringify(message)}`;
  });
  const about = `${uuid}  ${reported_at.toISOString()}  @${handle}: ${reason}, reported by ${by}${state}`;
  return [about, ...messages].join("\n");
}
