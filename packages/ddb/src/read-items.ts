import {
  BatchGetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { Table } from "./access-pattern.ts";
import { CorruptItemError, type Item } from "./items/attributes.ts";
import { KeyError } from "./keys.ts";
import { backOff, callTable, unavailable } from "./retries.ts";

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

/**
 * One page of a list that goes in one direction. Asks for one item more than the page holds, which shows
 * whether there is a next page.
 * @param query has no `Limit`; the page sets it
 * @returns `next`: the last item of the page when there are more, otherwise null
 */
export async function queryPage<Value>(
  table: Table,
  query: Omit<QueryCommandInput, "TableName" | "Limit">,
  limit: number,
  parse: (item: Item) => Value,
): Promise<{ items: Value[]; next: Value | null }> {
  const { items, more } = await queryItems(table, { ...query, Limit: limit + 1 }, parse);
  const page = items.slice(0, limit);
  return { items: page, next: more || items.length > limit ? (page.at(-1) ?? null) : null };
}

const BATCH_GET_MAX_KEYS = 100;
const BATCH_GET_MAX_ATTEMPTS = 10;

/**
 * The items of any number of different keys, in no order, without those that don't exist. Throws
 * AppError `unavailable` when the table goes on leaving keys unprocessed.
 */
export async function batchGetItems(
  { client, tableName }: Table,
  wanted: readonly Item[],
  { consistent }: { consistent?: boolean | undefined } = {},
): Promise<Item[]> {
  let keys = [...wanted];
  const items: Item[] = [];
  for (let attempt = 1; keys.length > 0; attempt += 1) {
    const batch = keys.slice(0, BATCH_GET_MAX_KEYS);
    const request = { Keys: batch, ...(consistent && { ConsistentRead: true }) };
    const { Responses, UnprocessedKeys } = await callTable(() =>
      client.send(new BatchGetItemCommand({ RequestItems: { [tableName]: request } })),
    );
    const unprocessed = UnprocessedKeys?.[tableName]?.Keys ?? [];
    items.push(...(Responses?.[tableName] ?? []));
    keys = [...unprocessed, ...keys.slice(BATCH_GET_MAX_KEYS)];
    if (unprocessed.length > 0) {
      if (attempt >= BATCH_GET_MAX_ATTEMPTS) throw unavailable();
      await backOff(attempt);
    }
  }
  return items;
}
