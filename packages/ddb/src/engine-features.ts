import { randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient, ListStreamsCommand } from "@aws-sdk/client-dynamodb-streams";
import { itemOfFailure } from "./retries.ts";

/** An engine other than AWS lacks what the table needs. The message names endpoint, operation and feature. */
export class MissingFeatureError extends Error {
  override readonly name = "MissingFeatureError";
}

const PROBE_ITEM = { pk: { S: "probe" } };

/**
 * Checks that an engine other than AWS has transactions, streams, and conditions that return the
 * item they failed on, which DynamoDB has had since June 2023. It creates one table of its own for
 * the last, and deletes it.
 * Throws MissingFeatureError; errors of the connection pass through.
 */
export async function requireEngineFeatures(
  client: DynamoDBClient,
  endpoint: string,
): Promise<void> {
  const TableName = `feature-probe-${randomUUID()}`;
  const refuse = (operation: string, feature: string) =>
    new MissingFeatureError(`${operation} failed at ${endpoint}: the engine has no ${feature}`);

  const Put = { TableName, Item: PROBE_ITEM };
  await client
    .send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }))
    .catch((error: Error) => {
      if (isUnknownOperation(error)) throw refuse("TransactWriteItems", "transactions");
      // Any other response, such as that there is no such table, comes from the operation itself.
      if (!("$metadata" in error)) throw error;
    });

  const { credentials, region } = client.config;
  const streams = new DynamoDBStreamsClient({ endpoint, credentials, region });
  await streams
    .send(new ListStreamsCommand({}))
    .catch((error: Error) => {
      throw isUnknownOperation(error) ? refuse("ListStreams", "streams") : error;
    })
    .finally(() => streams.destroy());

  if (!(await returnsItemOfFailure(client, TableName))) {
    throw refuse("PutItem", "conditions that return the item they failed on");
  }
}

async function returnsItemOfFailure(client: DynamoDBClient, TableName: string): Promise<boolean> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  try {
    await waitUntilTableExists(
      { client, minDelay: 0.05, maxDelay: 2, maxWaitTime: 60 },
      { TableName },
    );
    const put = new PutItemCommand({
      TableName,
      Item: PROBE_ITEM,
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    await client.send(put);
    return await client.send(put).then(
      () => false,
      (error: unknown) => itemOfFailure(error) !== undefined,
    );
  } finally {
    await client.send(new DeleteTableCommand({ TableName }));
  }
}

/** Engines name an unknown operation differently; some answer it as a fault of the server. */
function isUnknownOperation(error: Error & { $fault?: string }): boolean {
  return /^Unknown|NotImplemented|Unsupported/.test(error.name) || error.$fault === "server";
}
