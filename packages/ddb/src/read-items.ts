import {
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { CorruptItemError, type Item } from "./attributes.ts";
import { run, type Table } from "./client.ts";
import { KeyError } from "./keys.ts";

/** Reads a list's items. One that can't be read is reported and left out, or it would hide the others. */
export function readItems<Value>(
  table: Pick<Table, "onCorruptItem">,
  items: readonly Item[],
  read: (item: Item) => Value,
): Value[] {
  const values: Value[] = [];
  for (const item of items) {
    try {
      values.push(read(item));
    } catch (error) {
      reportCorruptItem(table, item, error);
    }
  }
  return values;
}

/** Hands on where the item is. Throws the error again when it is about anything else. */
export function reportCorruptItem(
  { onCorruptItem }: Pick<Table, "onCorruptItem">,
  { pk, sk }: Item,
  error: unknown,
): void {
  if (!(error instanceof CorruptItemError || error instanceof KeyError)) throw error;
  onCorruptItem?.({ pk: pk?.S ?? "?", sk: sk?.S ?? "?", problem: error.message });
}

/** Items that can't be read may lie side by side: past them in few Queries, however short the page. */
const GO_ON_LIMIT = 20;

/**
 * One Query for `Limit` items, and more of them in place of those that can't be read: a page would
 * otherwise look like the list's last, or have no item to go on from.
 * @returns at least `Limit` items, maybe some beyond, unless there are no more; `more` when a
 * Query's 1 MB ended it
 */
export async function queryItems<Value>(
  table: Table,
  query: Omit<QueryCommandInput, "TableName"> & { Limit: number },
  read: (item: Item) => Value,
): Promise<{ items: Value[]; more: boolean }> {
  const { client, tableName } = table;
  const items: Value[] = [];
  for (let start: Item | undefined; ; ) {
    const output: QueryCommandOutput = await run(() =>
      client.send(
        new QueryCommand({
          TableName: tableName,
          ...query,
          ...(start && { ExclusiveStartKey: start, Limit: Math.max(query.Limit, GO_ON_LIMIT) }),
        }),
      ),
    );
    const { Items = [] } = output;
    const readable = readItems(table, Items, read);
    items.push(...readable);
    start = output.LastEvaluatedKey;
    const isShort = items.length < query.Limit && start !== undefined;
    if (!isShort || readable.length === Items.length) return { items, more: isShort };
  }
}
