import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { run, type Table } from "../client.ts";
import { fromMessageItem, messageKey } from "../items.ts";
import {
  FIRST_MESSAGE_UUID,
  LAST_MESSAGE_UUID,
  messagePk,
  messageSk,
  messageSkFloor,
} from "../keys.ts";
import { queryItems } from "../read-items.ts";
import type { Page, PagePosition, StoredMessage } from "../types.ts";
import { toPage } from "./pages.ts";

const EDGES = { first: FIRST_MESSAGE_UUID, last: LAST_MESSAGE_UUID };

interface Range {
  message_group_uuid: string;
  /** Condition on the sort key; `:border` is its value. */
  condition?: { operator: "<" | "<=" | ">" | ">="; border: string };
  toNewer: boolean;
  limit: number;
  consistent: boolean;
}

/**
 * Pattern A, one Query: newest first from the table, shown oldest first.
 * Pages to newer messages are how a reader catches up, so they are strongly consistent; the others
 * aren't, which halves their cost.
 */
export async function listMessages(
  table: Table,
  input: {
    message_group_uuid: string;
    limit: number;
    position?: PagePosition | undefined;
  },
): Promise<Page<StoredMessage>> {
  const { message_group_uuid, limit, position } = input;
  const toNewer = position !== undefined && "after" in position;
  const found = await queryMessages(table, {
    message_group_uuid,
    ...(position === undefined ? {} : { condition: conditionOf(position) }),
    toNewer,
    limit: limit + 1,
    consistent: toNewer,
  });
  const page = toPage({ ...found, limit, position, borderOf: uuidOf, edges: EDGES });
  return { ...page, items: page.items.reverse() };
}

/** Two Queries at once, one to each side. Throws AppError `message_not_found`. */
export async function listMessagesAround(
  table: Table,
  input: { message_group_uuid: string; message_uuid: string; limit: number },
): Promise<Page<StoredMessage>> {
  const { message_group_uuid, message_uuid, limit } = input;
  const border = sortKeyOrThrow(message_uuid);
  const newerLimit = Math.floor((limit - 1) / 2);
  const olderLimit = limit - newerLimit;
  const common = { message_group_uuid, consistent: true };
  const [older, newer] = await Promise.all([
    queryMessages(table, {
      ...common,
      condition: { operator: "<=", border },
      toNewer: false,
      limit: olderLimit + 1,
    }),
    queryMessages(table, {
      ...common,
      condition: { operator: ">", border },
      toNewer: true,
      limit: newerLimit + 1,
    }),
  ]);
  if (older.items[0]?.uuid !== message_uuid.toLowerCase()) throw new AppError("message_not_found");
  return joinPage(older, olderLimit, newer, newerLimit);
}

/** Two Queries at once: the page from the moment on, and whether anything is older. */
export async function listMessagesSince(
  table: Table,
  input: { message_group_uuid: string; sinceMs: number; limit: number },
): Promise<Page<StoredMessage>> {
  const { message_group_uuid, sinceMs, limit } = input;
  const border = messageSkFloor(sinceMs);
  const common = { message_group_uuid, consistent: true };
  const [older, newer] = await Promise.all([
    queryMessages(table, {
      ...common,
      condition: { operator: "<", border },
      toNewer: false,
      limit: 1,
    }),
    queryMessages(table, {
      ...common,
      condition: { operator: ">=", border },
      toNewer: true,
      limit: limit + 1,
    }),
  ]);
  return joinPage(older, 0, newer, limit);
}

/** One strongly consistent read of a known key; null when there is no such message. */
export async function getMessage(
  { client, tableName }: Table,
  input: { message_group_uuid: string; message_uuid: string },
): Promise<StoredMessage | null> {
  let Key: ReturnType<typeof messageKey>;
  try {
    Key = messageKey(input.message_group_uuid, input.message_uuid);
  } catch {
    return null;
  }
  const { Item } = await run(() =>
    client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true })),
  );
  return Item === undefined ? null : fromMessageItem(Item);
}

interface Found {
  items: StoredMessage[];
  /** True when the Query stopped before the end of its range. */
  more: boolean;
}

/** @returns at least `limit` messages, unless there are no more */
function queryMessages(table: Table, range: Range): Promise<Found> {
  const { condition } = range;
  const query = {
    KeyConditionExpression: `pk = :pk${condition ? ` AND sk ${condition.operator} :border` : ""}`,
    ExpressionAttributeValues: {
      ":pk": { S: messagePk(range.message_group_uuid) },
      ...(condition ? { ":border": { S: condition.border } } : {}),
    },
    ScanIndexForward: range.toNewer,
    Limit: range.limit,
    ConsistentRead: range.consistent,
  };
  return queryItems(table, query, fromMessageItem);
}

function joinPage(
  older: Found,
  olderLimit: number,
  newer: Found,
  newerLimit: number,
): Page<StoredMessage> {
  const items = [
    ...older.items.slice(0, olderLimit).reverse(),
    ...newer.items.slice(0, newerLimit),
  ];
  const [oldest, newest] = [items[0], items.at(-1)];
  const hasOlder = older.more || older.items.length > olderLimit;
  const hasNewer = newer.more || newer.items.length > newerLimit;
  return {
    items,
    next: hasOlder ? { before: oldest === undefined ? EDGES.last : oldest.uuid } : null,
    previous: hasNewer && newest !== undefined ? { after: newest.uuid } : null,
  };
}

function conditionOf(position: PagePosition): NonNullable<Range["condition"]> {
  return "after" in position
    ? { operator: ">", border: messageSk(position.after) }
    : { operator: "<", border: messageSk(position.before) };
}

function sortKeyOrThrow(message_uuid: string): string {
  try {
    return messageSk(message_uuid);
  } catch {
    throw new AppError("message_not_found");
  }
}

function uuidOf(message: StoredMessage): string {
  return message.uuid;
}
