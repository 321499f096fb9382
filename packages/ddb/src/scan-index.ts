import {
  ScanCommand,
  type ScanCommandInput,
  type ScanCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { Table } from "./access-pattern.ts";
import type { Item } from "./items/attributes.ts";
import { callTable } from "./retries.ts";

/** Every page of an index. For operators: it costs as much as the whole index weighs. */
export async function* scanIndex(
  { client, tableName }: Table,
  input: Omit<ScanCommandInput, "TableName" | "ExclusiveStartKey"> & { IndexName: string },
): AsyncGenerator<ScanCommandOutput> {
  let start: Item | undefined;
  do {
    const page: ScanCommandOutput = await callTable(() =>
      client.send(new ScanCommand({ ...input, TableName: tableName, ExclusiveStartKey: start })),
    );
    yield page;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
