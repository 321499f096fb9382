import {
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { Table } from "./access-pattern.ts";
import { CorruptItemError, type Item } from "./items/attributes.ts";
import { KeyError } from "./keys.ts";
import { callTable } from "./retries.ts";

/**
 * Parses the items of a list. An item that can't be read is reported and left out, so that it
 * doesn't hide the others.
 */
export function parseItems<Value>(
  table: Pick<Table, "onCorruptItem">,
  items: readonly Item[],
  parse: (item: Item) => Value,
): Value[] {
  const values: Value[] = [];
  for (const item of items) {
    try {
      values.push(parse(item));
    } catch (error) {
      reportCorruptItem(table, item, error);
    }
  }
  return values;
}

/** Reports where the item is. Throws the error again when it is about anything else. */
export function reportCorruptItem(
  { onCorruptItem }: Pick<Table, "onCorruptItem">,
  { pk, sk }: Item,
  error: unknown,
): void {
  if (!(error instanceof CorruptItemError || error instanceof KeyError)) throw error;
  onCorruptItem?.({ pk: pk?.S ?? "?", sk: sk?.S ?? "?", problem: error.message });
}

/** Items that can't be read may lie side by side: this many are passed in one further Query. */
const REPLACEMENT_QUERY_ITEMS = 20;

/**
 * One Query for `Limit` items, and further ones in place of items that can't be read: otherwise a
 * page would look like the last one, or have no item from which the next page could start.
 * @returns at least `Limit` items, perhaps more, unless there are no more; `more` when the 1 MB of
 * one Query ended it
 */
export async function queryItems<Value>(
  table: Table,
  query: Omit<QueryCommandInput, "TableName"> & { Limit: number },
  parse: (item: Item) => Value,
): Promise<{ items: Value[]; more: boolean }> {
  const { client, tableName } = table;
  const items: Value[] = [];
  for (let start: Item | undefined; ; ) {
    const further = start && {
      ExclusiveStartKey: start,
      Limit: Math.max(query.Limit, REPLACEMENT_QUERY_ITEMS),
    };
    const output: QueryCommandOutput = await callTable(() =>
      client.send(new QueryCommand({ TableName: tableName, ...query, ...further })),
    );
    const { Items = [] } = output;
    const readable = parseItems(table, Items, parse);
    items.push(...readable);
    start = output.LastEvaluatedKey;
    const isShort = items.length < query.Limit && start !== undefined;
    if (!isShort || readable.length === Items.length) return { items, more: isShort };
  }
}
