import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import pLimit from "p-limit";
import type { MessagesTableClient } from "./client.ts";
import type { Item } from "./items/attributes.ts";
import { TABLE_NAME } from "./table.ts";

/** What one BatchWriteItem takes. */
const BATCH_ITEMS = 25;
const WRITES_AT_ONCE = 4;

/** Puts any number of items, without conditions: to load data, never for what people send. */
export async function writeItems(
  client: MessagesTableClient,
  items: readonly Item[],
  tableName: string = TABLE_NAME,
): Promise<void> {
  const starts = Array.from(
    { length: Math.ceil(items.length / BATCH_ITEMS) },
    (_, index) => index * BATCH_ITEMS,
  );
  await pLimit(WRITES_AT_ONCE).map(starts, async (start) => {
    let left = items.slice(start, start + BATCH_ITEMS).map((Item) => ({ PutRequest: { Item } }));
    while (left.length > 0) {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [tableName]: left } }),
      );
      left = (UnprocessedItems?.[tableName] ?? []) as typeof left;
    }
  });
}
