import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { SQSClient } from "@aws-sdk/client-sqs";
import { CliError } from "@cruddur/command-line/cli-error";
import { isAws } from "@cruddur/command-line/endpoints";
import { note, print } from "@cruddur/command-line/output";
import { addCommand, type CommandContext, type CommonOptions } from "@cruddur/command-line/program";
import { createProgress } from "@cruddur/command-line/progress";
import type { Command } from "commander";
import { createLetterReader } from "../batch-letters.ts";
import { DEAD_LETTERS_FILE } from "../dead-letters.ts";
import { createProjection } from "../projection.ts";
import { rebuildInboxes } from "../rebuild-inboxes.ts";
import { type ReplayResult, type ReplayWatcher, replayFile, replayQueue } from "../replay.ts";
import { type TableTarget, withTable } from "./table-target.ts";

/** replay, rebuild-inboxes. */
export function addRepairCommands(program: Command, context: CommandContext): void {
  addCommand(program, "replay", "try dead letters again, and remove those that succeed", {
    yes: false,
  })
    .option("--file <path>", `local letters (default: ${DEAD_LETTERS_FILE} of the data directory)`)
    .option("--queue <url>", "SQS queue (default with --prod: DEAD_LETTER_QUEUE_URL)")
    .action(async (options: ReplayOptions) => {
      const url = queueUrl(context, options);
      await withTable(context, options, async (table) => {
        const progress = createProgress("letters");
        const watcher = {
          onTotal: (letters: number) => progress.setTotal(letters),
          onLetter: () => progress.add(),
        };
        const replay = async () =>
          url
            ? replayFrom(url, context, table, watcher)
            : replayFile(createProjection(table), letterFile(context, options), watcher);
        const result = await replay().finally(() => progress.stop());
        for (const { letter, problem } of result.kept) {
          note(`kept ${letter?.pk ?? "?"} ${letter?.sk ?? "?"}: ${problem}`);
        }
        print(options, result, `${result.replayed} replayed, ${result.kept.length} kept`);
        if (result.kept.length > 0) process.exitCode = 1;
      });
    });

  addCommand(
    program,
    "rebuild-inboxes",
    "work out every group row from the messages, while people write",
    { yes: false },
  ).action((options: CommonOptions) =>
    withTable(context, options, async (table) => {
      const progress = createProgress("rows");
      const result = await rebuildInboxes({
        ...table,
        // Counting reads the whole index: only for a bar that somebody sees.
        ...(process.stderr.isTTY && { onTotal: (rows: number) => progress.setTotal(rows) }),
        onRow: () => progress.add(),
      }).finally(() => progress.stop());
      print(options, result, `${result.rows} rows checked, ${result.repaired} repaired`);
    }),
  );
}

interface ReplayOptions extends CommonOptions {
  file?: string;
  queue?: string;
}

/** @returns undefined when the letters are in a file */
function queueUrl({ env }: CommandContext, options: ReplayOptions): string | undefined {
  const { prod = false, file, queue } = options;
  if (file !== undefined && queue !== undefined) {
    throw new CliError("letters are in one place: give --file or --queue");
  }
  if (file !== undefined) return undefined;
  const url = queue ?? (prod ? env.DEAD_LETTER_QUEUE_URL : undefined);
  if (prod && !url) throw new CliError("--prod needs --queue or DEAD_LETTER_QUEUE_URL");
  if (!url) return undefined;
  if (!URL.canParse(url)) throw new CliError("the queue isn't a URL");
  // Letters that succeed are deleted, so they must be about this very table.
  if (isAws(url) && !prod)
    throw new CliError("a queue at AWS needs --prod, for its table is there");
  if (!isAws(url) && prod) throw new CliError("--prod is AWS, and the queue is in another place");
  return url;
}

async function replayFrom(
  url: string,
  { env }: CommandContext,
  table: TableTarget,
  watcher: ReplayWatcher,
): Promise<ReplayResult> {
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (!region) throw new CliError("--queue needs AWS_REGION");
  // Both are named: AWS_ENDPOINT_URL, which is the table's, would otherwise redirect them.
  const client = new SQSClient({ region, endpoint: new URL(url).origin });
  const streams = new DynamoDBStreamsClient({
    region,
    endpoint: table.endpoint ?? `https://streams.dynamodb.${region}.amazonaws.com`,
  });
  try {
    const queue = { client, url, readLetters: createLetterReader(streams) };
    return await replayQueue(createProjection(table), queue, watcher);
  } finally {
    client.destroy();
    streams.destroy();
  }
}

function letterFile({ dataDir }: CommandContext, { file }: ReplayOptions): string {
  const path = resolve(file ?? resolve(dataDir, DEAD_LETTERS_FILE));
  if (file !== undefined && !existsSync(path) && !existsSync(`${path}.replaying`)) {
    throw new CliError(`can't read ${path}`);
  }
  return path;
}
