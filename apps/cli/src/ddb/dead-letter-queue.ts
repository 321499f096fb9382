import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { parseDeadLetter } from "@cruddur/ddb/dead-letters";
import type { ReplayBody, ReplayResult, ReplayWatcher } from "./replay-body.ts";

const VISIBILITY_TIMEOUT_SECONDS = 300;
/** A receive returns a sample of the queue: dead letters seen before can hide new ones several times in a row. */
const RECEIVES_WITHOUT_NEWS = 10;

/**
 * Replays the dead letters of an SQS queue, each once, and deletes those that succeeded. Failed ones
 * become visible again, possibly while this runs. The replay therefore ends when a receive returns
 * nothing, or when several receives in a row return nothing new.
 */
export async function replayQueue(
  queue: { client: SQSClient; url: string },
  replay: ReplayBody,
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
        const problem = await replay(Body);
        watcher.onDeadLetter?.();
        succeeded.set(MessageId, problem === null);
        if (problem === null) result.replayed += 1;
        else result.kept.push({ deadLetter: parseDeadLetter(Body), problem });
      }
      // Also when it was deleted before: SQS can deliver a message once more after its deletion.
      if (succeeded.get(MessageId)) {
        await queue.client.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
      }
    }
  }
  return result;
}
