import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type GlobalSecondaryIndexDescription,
  type GlobalSecondaryIndexUpdate,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { createTableParams, TABLE_NAME, timeToLiveParams } from "./table.ts";

const POLL_MS = 50;

/**
 * Creates the table with its indexes, stream and expiry, and waits until it can be used. A table
 * that exists is left as it is.
 * @param options.stream false for a table whose stream nobody reads, such as a benchmark's
 */
export async function ensureTable(
  client: DynamoDBClient,
  options: { tableName?: string; stream?: boolean } = {},
): Promise<TableDescription> {
  const tableName = options.tableName ?? TABLE_NAME;
  const params = createTableParams(tableName);
  if (options.stream === false) params.StreamSpecification = { StreamEnabled: false };
  let created = true;
  try {
    await client.send(new CreateTableCommand(params));
  } catch (error) {
    if ((error as Error).name !== "ResourceInUseException") throw error;
    created = false;
  }
  const { reason } = await waitUntilTableExists(
    { client, minDelay: 0.05, maxDelay: 2, maxWaitTime: 120 },
    { TableName: tableName },
  );
  if (created) await client.send(new UpdateTimeToLiveCommand(timeToLiveParams(tableName)));
  return (reason as { Table: TableDescription }).Table;
}

/**
 * Makes again each index of an existing table that is missing or that an earlier release defined
 * otherwise. An index is empty of what its new keys don't select until the inboxes are rebuilt. For
 * engines other than AWS, where infra changes the table.
 * @returns the names of the indexes that were made
 */
export async function ensureIndexes(
  client: DynamoDBClient,
  tableName: string = TABLE_NAME,
): Promise<string[]> {
  const { AttributeDefinitions, GlobalSecondaryIndexes = [] } = createTableParams(tableName);
  const existing = new Map(
    (await describeIndexes(client, tableName)).map((index) => [index.IndexName, index]),
  );
  const update = async (change: GlobalSecondaryIndexUpdate) => {
    const GlobalSecondaryIndexUpdates = [change];
    await client.send(
      new UpdateTableCommand({
        TableName: tableName,
        GlobalSecondaryIndexUpdates,
        ...(change.Create && { AttributeDefinitions }),
      }),
    );
    while (!(await isSettled(client, tableName))) await sleep(POLL_MS);
  };
  const made: string[] = [];
  for (const index of GlobalSecondaryIndexes) {
    const before = existing.get(index.IndexName);
    if (before !== undefined && isSame(before, index)) continue;
    if (before !== undefined) await update({ Delete: { IndexName: index.IndexName } });
    await update({ Create: index });
    made.push(index.IndexName ?? "");
  }
  return made;
}

async function describeIndexes(
  client: DynamoDBClient,
  TableName: string,
): Promise<GlobalSecondaryIndexDescription[]> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  return Table?.GlobalSecondaryIndexes ?? [];
}

/** True once no index is being created or deleted. */
async function isSettled(client: DynamoDBClient, tableName: string): Promise<boolean> {
  const indexes = await describeIndexes(client, tableName);
  return indexes.every(({ IndexStatus }) => IndexStatus === "ACTIVE");
}

function isSame(before: GlobalSecondaryIndexDescription, index: GlobalSecondaryIndex): boolean {
  const keysOf = ({ KeySchema = [] }: typeof before) =>
    KeySchema.map(({ KeyType, AttributeName }) => `${KeyType} ${AttributeName}`).sort();
  const copiesOf = ({ Projection }: typeof before) => [
    Projection?.ProjectionType,
    ...[...(Projection?.NonKeyAttributes ?? [])].sort(),
  ];
  return (
    JSON.stringify([keysOf(before), copiesOf(before)]) ===
    JSON.stringify([keysOf(index), copiesOf(index)])
  );
}
