import {
  DeleteTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";

/** The names of all tables of the account and region, or of the engine. */
export async function listTableNames(client: DynamoDBClient): Promise<string[]> {
  const names: string[] = [];
  let start: string | undefined;
  do {
    const page = await client.send(new ListTablesCommand({ ExclusiveStartTableName: start }));
    names.push(...(page.TableNames ?? []));
    start = page.LastEvaluatedTableName;
  } while (start !== undefined);
  return names;
}

/** Deletes a table with everything in it, and waits until it is gone. @returns false when there was none */
export async function deleteTable(client: DynamoDBClient, tableName: string): Promise<boolean> {
  try {
    await client.send(new DeleteTableCommand({ TableName: tableName }));
  } catch (error) {
    if ((error as Error).name !== "ResourceNotFoundException") throw error;
    return false;
  }
  await waitUntilTableNotExists(
    { client, minDelay: 0.05, maxDelay: 2, maxWaitTime: 120 },
    { TableName: tableName },
  );
  return true;
}

/** Every item of a table, page by page, as plain objects. */
export async function* scanItems(table: {
  client: DynamoDBClient;
  tableName: string;
}): AsyncGenerator<Record<string, unknown>> {
  const client = DynamoDBDocumentClient.from(table.client);
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table.tableName })) {
    yield* Items;
  }
}
