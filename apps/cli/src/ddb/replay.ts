import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { CliError } from "@cruddur/command-line/cli-error";
import { note, print } from "@cruddur/command-line/output";
import { createProgress } from "@cruddur/command-line/progress";
import { DEAD_LETTERS_FILE } from "@cruddur/ddb/dead-letters";
import { createProjection } from "@cruddur/ddb/projection";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { permissionsOfPatterns } from "../permissions.ts";
import { replayFile } from "./dead-letter-file.ts";
import { replayQueue } from "./dead-letter-queue.ts";
import { queueUrl, withQueue } from "./queue-target.ts";
import { createReplayBody, type ReplayResult, type ReplayWatcher } from "./replay-body.ts";
import { type TableTarget, withTable } from "./table-target.ts";

interface ReplayOptions extends CommonOptions {
  file?: string;
  queue?: string;
}

/** `pnpm ddb replay` */
export function addReplay(program: Command, context: CommandContext): void {
  addCommand(program, "replay", {
    description: "process dead letters again, and remove those that succeed",
    example: "pnpm ddb replay",
    permissions: [
      { action: "sqs:ReceiveMessage", on: "dead-letter-queue" },
      { action: "sqs:DeleteMessage", on: "dead-letter-queue" },
      { action: "dynamodb:GetShardIterator", on: "stream" },
      { action: "dynamodb:GetRecords", on: "stream" },
      ...permissionsOfPatterns("getMessage", "listMemberUuids", "rebuildMembership"),
    ],
  })
    .option("--file <path>", `a file of dead letters (default: ${DEAD_LETTERS_FILE} in DATA_DIR)`)
    .option("--queue <url>", "an SQS queue (default with --prod: DEAD_LETTER_QUEUE_URL)")
    .action(async (options: ReplayOptions) => {
      const url = queueOf(context, options);
      await withTable(context, options, async (table) => {
        const progress = createProgress("dead letters");
        const watcher: ReplayWatcher = {
          onTotal: (total) => progress.setTotal(total),
          onDeadLetter: () => progress.add(),
        };
        const replay = async () =>
          url
            ? replayFromQueue(url, context, table, watcher)
            : replayFile(
                deadLetterFile(context, options),
                createReplayBody(createProjection(table)),
                watcher,
              );
        const result = await replay().finally(() => progress.stop());
        for (const { deadLetter, problem } of result.kept) {
          note(`kept ${deadLetter?.pk ?? "?"} ${deadLetter?.sk ?? "?"}: ${problem}`);
        }
        print(options, result, `${result.replayed} replayed, ${result.kept.length} kept`);
        if (result.kept.length > 0) process.exitCode = 1;
      });
    });
}

/** @returns undefined when the dead letters are in a file */
function queueOf(context: CommandContext, options: ReplayOptions): string | undefined {
  if (options.file === undefined) return queueUrl(context, options);
  if (options.queue === undefined) return undefined;
  throw new CliError("dead letters are in one place: give --file or --queue");
}

async function replayFromQueue(
  url: string,
  context: CommandContext,
  table: TableTarget,
  watcher: ReplayWatcher,
): Promise<ReplayResult> {
  return withQueue(context, url, async (client, region) => {
    // The endpoint is explicit, for the same reason as the queue's.
    const endpoint = table.endpoint ?? `https://streams.dynamodb.${region}.amazonaws.com`;
    const streams = new DynamoDBStreamsClient({ region, endpoint });
    try {
      const replay = createReplayBody(createProjection(table), streams);
      return await replayQueue({ client, url }, replay, watcher);
    } finally {
      streams.destroy();
    }
  });
}

function deadLetterFile({ dataDir }: CommandContext, { file }: ReplayOptions): string {
  const path = resolve(file ?? resolve(dataDir, DEAD_LETTERS_FILE));
  if (file !== undefined && !existsSync(path) && !existsSync(`${path}.replaying`)) {
    throw new CliError(`can't read ${path}`);
  }
  return path;
}
