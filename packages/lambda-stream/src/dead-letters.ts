import { appendFile } from "node:fs/promises";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { DeadLetters } from "@cruddur/ddb/dead-letters";

/** Dead letters as messages of an SQS queue. */
export function createSqsDeadLetters(client: SQSClient, queueUrl: string): DeadLetters {
  return {
    async send(letter) {
      const MessageBody = JSON.stringify(letter);
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    },
  };
}

/** Dead letters as lines of JSON in a file, which stands for the queue in the local stack. */
export function createFileDeadLetters(path: string): DeadLetters {
  return {
    // Stryker disable next-line BooleanLiteral: only a loss of power shows whether the file was flushed.
    send: (letter) => appendFile(path, `${JSON.stringify(letter)}\n`, { flush: true, mode: 0o600 }),
  };
}
