import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { DEAD_LETTERS_FILE, type DeadLetter, parseDeadLetter } from "@cruddur/ddb/dead-letters";
import type { CommandContext } from "../command.ts";
import { withQueue } from "../ddb/queue-target.ts";

export interface DeadLetterCount {
  count: number;
  /** null where there is none, and at AWS, where reading a dead letter would hide it for a while. */
  newest: DeadLetter | null;
}

/** The dead letters of a local stack: those that wait, and those of a replay that runs or was interrupted. */
export async function countLocalDeadLetters({
  dataDir,
}: Pick<CommandContext, "dataDir">): Promise<DeadLetterCount> {
  const file = resolve(dataDir, DEAD_LETTERS_FILE);
  const texts = await Promise.all(
    [`${file}.replaying`, file].map((path) =>
      readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw error;
      }),
    ),
  );
  const lines = texts.join("").split("\n").filter(Boolean);
  return { count: lines.length, newest: parseDeadLetter(lines.at(-1) ?? "") };
}

/** The dead letters in a queue, also those that a replay is working on. SQS counts approximately. */
export async function countQueuedDeadLetters(
  context: CommandContext,
  url: string,
): Promise<DeadLetterCount> {
  const { Attributes = {} } = await withQueue(context, url, (client) =>
    client.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      }),
    ),
  );
  const counts = Object.values(Attributes).map(Number);
  return { count: counts.reduce((sum, each) => sum + each, 0), newest: null };
}
