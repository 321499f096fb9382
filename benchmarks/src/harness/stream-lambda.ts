import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Item } from "@cruddur/ddb/attributes";
import { toMessageItem } from "@cruddur/ddb/message-item";
import { createProjection } from "@cruddur/ddb/projection";
import type { StoredMessage } from "@cruddur/ddb/types";
import { createProjectBatch, type StreamBatch } from "@cruddur/lambda-stream/project-batch";

/** The stream record of a new item. */
export function insertRecord(item: Item, sequenceNumber: number): unknown {
  return {
    eventName: "INSERT",
    dynamodb: {
      SequenceNumber: String(sequenceNumber),
      Keys: { pk: item.pk, sk: item.sk },
      NewImage: item,
    },
  };
}

/** The batch of stream records of these messages. */
export function messageRecords(messages: readonly StoredMessage[]): StreamBatch {
  return {
    Records: messages.map((message, index) => insertRecord(toMessageItem(message), index + 1)),
  };
}

/** The product's stream Lambda. It throws when a record fails, so that a failure cannot look fast. */
export function createLambda(client: DynamoDBClient): (batch: StreamBatch) => Promise<void> {
  const handle = createProjectBatch({
    projection: createProjection({ client }),
    deadLetters: { send: () => Promise.reject(new Error("a record was malformed")) },
    log: () => {},
  });
  return async (batch) => {
    const { batchItemFailures } = await handle(batch);
    if (batchItemFailures.length > 0) throw new Error("the batch failed in part");
  };
}
