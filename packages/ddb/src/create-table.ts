import {
  CreateTableCommand,
  type DynamoDBClient,
  type TableDescription,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { createTableParams, TABLE_NAME, timeToLiveParams } from "./table.ts";

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
