import { createReadStream, createWriteStream } from "node:fs";
import { stat, truncate } from "node:fs/promises";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { CliError } from "@cruddur/command-line/cli-error";
import { note } from "@cruddur/command-line/output";
import { createProgress } from "@cruddur/command-line/progress";
import { createOwnRecords } from "@cruddur/db/own-records";
import { createUsers } from "@cruddur/db/users";
import { bindAccessPatterns } from "@cruddur/ddb/access-pattern";
import { exportPatterns } from "@cruddur/ddb/roles";
import { type ExportSource, exportLines } from "@cruddur/own-data/export";
import type { ExportCheckpoint, ExportLine } from "@cruddur/own-data/export-line";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { count } from "../count.ts";
import { withTable } from "../ddb/table-target.ts";
import { permissionsOfPatterns } from "../permissions.ts";
import { withDatabase, withDb } from "./database-target.ts";
import { findUuid } from "./find-uuid.ts";

interface ExportOptions extends CommonOptions {
  out?: string;
}

/** `pnpm db export` */
export function addExport(program: Command, context: CommandContext): void {
  addCommand(program, "export", {
    description: "write what is a person's own as JSON lines: profile, settings, conversations",
    example: "pnpm -s db export londo --out londo.jsonl",
    permissions: permissionsOfPatterns(
      ...(Object.keys(exportPatterns) as (keyof typeof exportPatterns)[]),
    ),
    json: false,
  })
    .argument("<handle>", "whose data, by handle or email address")
    .option("--out <file>", "a file, where an export that was cut off goes on (default: stdout)")
    .action((typed: string, options: ExportOptions) =>
      withTable(context, options, (table) =>
        withDatabase(context, options, (target) =>
          withDb(target, async (db) => {
            const users = createUsers(db);
            const user_uuid = await findUuid(db, typed.replace(/^@/, ""));
            if (user_uuid === null) throw new CliError(`there is no user ${typed}`);
            const store = bindAccessPatterns(table, exportPatterns);
            await writeExport(
              { store, users, ownRecords: createOwnRecords(db) },
              user_uuid,
              options.out,
            );
          }),
        ),
      ),
    );
}

/** Writes line by line, and waits whenever the file or the pipe can't take more. */
async function writeExport(
  source: ExportSource,
  user_uuid: string,
  out: string | undefined,
): Promise<void> {
  const from = out === undefined ? undefined : await findCheckpoint(out, user_uuid);
  if (from === "complete") return note(`${out} is complete`);
  if (from !== undefined) note(`goes on after ${count(from.messages, "message")}`);
  const flags = from === undefined ? "w" : "a";
  const output =
    out === undefined ? process.stdout : createWriteStream(out, { flags, mode: 0o600 });
  const progress = createProgress("messages");
  progress.add(from?.messages ?? 0);
  try {
    for await (const line of exportLines(source, user_uuid, from)) {
      if (!output.write(`${JSON.stringify(line)}\n`)) await drained(output);
      if (line.type === "message") progress.add();
      if (line.type === "end") {
        const { conversations, messages } = line;
        note(`${count(conversations, "conversation")}, ${count(messages, "message")}`);
      }
    }
  } finally {
    progress.stop();
    if (output !== process.stdout) {
      output.end();
      await finished(output);
    }
  }
}

/** Rejects when the file can't be written any more. */
function drained(output: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    output.once("error", reject);
    output.once("drain", () => {
      output.off("error", reject);
      resolve();
    });
  });
}

/**
 * Where an export to this file was cut off. Whatever follows its last checkpoint is removed, because
 * it will be written again. @returns undefined to begin anew
 */
async function findCheckpoint(
  file: string,
  user_uuid: string,
): Promise<ExportCheckpoint | "complete" | undefined> {
  const found = await stat(file).catch(() => null);
  if (found === null || found.size === 0) return undefined;
  let checkpoint: ExportCheckpoint | undefined;
  let [bytes, kept] = [0, 0];
  for await (const text of createInterface({ input: createReadStream(file) })) {
    bytes += Buffer.byteLength(text) + 1;
    const line = parseLine(text);
    // The last line has no line break where it was cut off.
    if (line === undefined || bytes > found.size) break;
    if (line.type === "profile" && line.uuid !== user_uuid) {
      throw new CliError(`${file} is the export of @${line.handle}: name another file`);
    }
    if (line.type === "end") return "complete";
    if (line.type !== "checkpoint") continue;
    checkpoint = line;
    kept = bytes;
  }
  await truncate(file, kept);
  return checkpoint;
}

function parseLine(text: string): ExportLine | undefined {
  try {
    return JSON.parse(text) as ExportLine;
  } catch {
    return undefined;
  }
}
