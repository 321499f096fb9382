import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { type DeadLetter, parseDeadLetter } from "./dead-letters.ts";
import { parseMessagePk, parseMessageSk } from "./keys.ts";
import type { Projection } from "./projection.ts";

export interface ReplayResult {
  replayed: number;
  /** Letters that stay where they are, and why. */
  kept: { letter: DeadLetter | null; problem: string }[];
}

/** Told how far a replay is. A queue doesn't know how many letters it holds. */
export interface ReplayWatcher {
  onTotal?(letters: number): void;
  onLetter?(): void;
}

/** Turns what lies in a dead-letter destination into letters: one, or those of a whole batch. */
export type ReadLetters = (body: string) => Promise<DeadLetter[]>;

/** A body is one letter of ours. Throws when it isn't. */
export const readOneLetter: ReadLetters = async (body) => {
  const letter = parseDeadLetter(body);
  if (letter === null) throw new Error("not a dead letter");
  return [letter];
};

/**
 * Brings every member's row of the letter's group up to date from the messages. Throws when the
 * message isn't readable or the index doesn't show all members yet.
 */
async function replayLetter(projection: Projection, letter: DeadLetter): Promise<void> {
  if (letter.pk === null || letter.sk === null) throw new Error("the letter names no message");
  const message_group_uuid = parseMessagePk(letter.pk);
  const { message_uuid } = parseMessageSk(letter.sk);
  const message = await projection.getMessage({ message_group_uuid, message_uuid });
  if (message === null) throw new Error("there is no such message");
  const uuids = await projection.listMemberUuids({ message_group_uuid });
  const rows = await Promise.all(
    uuids.map((user_uuid) => projection.rebuildMembership({ user_uuid, message_group_uuid })),
  );
  const counts = rows.flatMap((row) => (row === null ? [] : [row.member_count]));
  if (counts.length === 0 || counts.length < Math.max(...counts)) {
    throw new Error("the index doesn't show all members yet; try again");
  }
}

/**
 * Replays the letters of a file and leaves in it those that failed. The file is moved aside first,
 * so that letters which arrive meanwhile are kept; a replay that was cut short is taken up again.
 */
export async function replayFile(
  projection: Projection,
  path: string,
  watcher: ReplayWatcher = {},
): Promise<ReplayResult> {
  const taken = `${path}.replaying`;
  const unfinished = await readFile(taken, "utf8").catch(() => "");
  const arrived = await rename(path, `${path}.arrived`).then(
    () => readFile(`${path}.arrived`, "utf8"),
    () => readFile(`${path}.arrived`, "utf8").catch(() => ""),
  );
  await writeFile(taken, unfinished + arrived, { flush: true });
  await rm(`${path}.arrived`, { force: true });

  const result: ReplayResult = { replayed: 0, kept: [] };
  const keptLines: string[] = [];
  const lines = (unfinished + arrived).split("\n").filter((text) => text !== "");
  watcher.onTotal?.(lines.length);
  for (const line of lines) {
    const problem = await replayBody(projection, line, readOneLetter);
    watcher.onLetter?.();
    if (problem === null) result.replayed += 1;
    else {
      keptLines.push(`${line}\n`);
      result.kept.push({ letter: parseDeadLetter(line), problem });
    }
  }
  if (keptLines.length > 0) await writeFile(path, keptLines.join(""), { flag: "a", flush: true });
  await rm(taken, { force: true });
  return result;
}

const VISIBILITY_TIMEOUT_SECONDS = 300;
/** A receive is a sample: letters seen before may hide new ones, but hardly so often in a row. */
const RECEIVES_WITHOUT_NEWS = 10;

/**
 * Replays the letters of an SQS queue, each once, and deletes those that succeeded. The others show
 * up again, which may be while this goes on: it ends where a receive brings nothing, or several in
 * a row nothing new.
 */
export async function replayQueue(
  projection: Projection,
  queue: { client: SQSClient; url: string; readLetters: ReadLetters },
  watcher: ReplayWatcher = {},
): Promise<ReplayResult> {
  const result: ReplayResult = { replayed: 0, kept: [] };
  const succeeded = new Map<string | undefined, boolean>();
  for (let withoutNews = 0; withoutNews < RECEIVES_WITHOUT_NEWS; ) {
    const { Messages = [] } = await queue.client.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: VISIBILITY_TIMEOUT_SECONDS,
        WaitTimeSeconds: 1,
      }),
    );
    if (Messages.length === 0) break;
    withoutNews += 1;
    for (const { Body = "", MessageId, ReceiptHandle } of Messages) {
      if (!succeeded.has(MessageId)) {
        withoutNews = 0;
        const problem = await replayBody(projection, Body, queue.readLetters);
        watcher.onLetter?.();
        succeeded.set(MessageId, problem === null);
        if (problem === null) result.replayed += 1;
        else result.kept.push({ letter: parseDeadLetter(Body), problem });
      }
      // Also where it was deleted before: SQS may deliver it once more all the same.
      if (succeeded.get(MessageId)) {
        await queue.client.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
      }
    }
  }
  return result;
}

/** @returns what went wrong, or null */
async function replayBody(
  projection: Projection,
  body: string,
  readLetters: ReadLetters,
): Promise<string | null> {
  try {
    for (const letter of await readLetters(body)) await replayLetter(projection, letter);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
