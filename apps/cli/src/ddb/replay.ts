import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { SQSClient } from "@aws-sdk/client-sqs";
import { CliError } from "@cruddur/command-line/cli-error";
import { note, print } from "@cruddur/command-line/output";
import { createProgress } from "@cruddur/command-line/progress";
import { DEAD_LETTERS_FILE } from "@cruddur/ddb/dead-letters";
import { createProjection } from "@cruddur/ddb/projection";
import type { Command } from "commander";
import { addCommand, type CommandContext, type CommonOptions } from "../command.ts";
import { isAws } from "../endpoints.ts";
import { permissionsOfPatterns } from "../permissions.ts";
import { replayFile } from "./dead-letter-file.ts";
import { replayQueue } from "./dead-letter-queue.ts";
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
      const url = queueUrl(context, options);
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
function queueUrl({ env }: CommandContext, options: ReplayOptions): string | undefined {
  const { prod = false, file, queue } = options;
  if (file !== undefined && queue !== undefined) {
    throw new CliError("dead letters are in one place: give --file or --queue");
  }
  if (file !== undefined) return undefined;
  const url = queue ?? (prod ? env.DEAD_LETTER_QUEUE_URL : undefined);
  if (prod && !url) throw new CliError("--prod needs --queue or DEAD_LETTER_QUEUE_URL");
  if (!url) return undefined;
  if (!URL.canParse(url)) throw new CliError("--queue isn't a URL");
  // Dead letters that succeed are deleted, so queue and table must belong together.
  if (isAws(url) && !prod) throw new CliError("a queue at AWS needs --prod: its table is at AWS");
  if (!isAws(url) && prod) throw new CliError("--prod uses AWS, but the queue is elsewhere");
  return url;
}

async function replayFromQueue(
  url: string,
  { env }: CommandContext,
  table: TableTarget,
  watcher: ReplayWatcher,
): Promise<ReplayResult> {
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (!region) throw new CliError("--queue needs AWS_REGION");
  // Both endpoints are explicit: AWS_ENDPOINT_URL, which is the table's, would otherwise redirect them.
  const client = new SQSClient({ region, endpoint: new URL(url).origin });
  const streams = new DynamoDBStreamsClient({
    region,
    endpoint: table.endpoint ?? `https://streams.dynamodb.${region}.amazonaws.com`,
  });
  try {
    const replay = createReplayBody(createProjection(table), streams);
    return await replayQueue({ client, url }, replay, watcher);
  } finally {
    client.destroy();
    streams.destroy();
  }
}

function deadLetterFile({ dataDir }: CommandContext, { file }: ReplayOptions): string {
  const path = resolve(file ?? resolve(dataDir, DEAD_LETTERS_FILE));
  if (file !== undefined && !existsSync(path) && !existsSync(`${path}.replaying`)) {
    throw new CliError(`can't read ${path}`);
  }
  return path;
}
