import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { run, type Table, unavailable } from "./client.ts";
import {
  cutPreview,
  fromGroupRowItem,
  fromMessageItem,
  groupRowKey,
  type Item,
  messageKey,
  type Summary,
} from "./items.ts";
import { messagePk, messageSk } from "./keys.ts";
import { getGroupRowItem, listMemberUuids } from "./patterns/group-rows.ts";
import { getMessage } from "./patterns/list-messages.ts";
import {
  conditionalUpdate,
  countUnread,
  SET_SUMMARY,
  summaryValues,
  type WriteOutcome,
  writeRowState,
} from "./patterns/unread.ts";
import { queryItems } from "./read-items.ts";
import { TABLE_NAME } from "./table.ts";
import type { GroupRow, StoredMessage } from "./types.ts";

/** A message as the stream shows it, with what a move needs. */
export interface NewMessage {
  message_group_uuid: string;
  message_uuid: string;
  /** The sender. */
  user_uuid: string;
  message: string;
  /** Members when it was sent. */
  member_count: number;
  /** W3C trace context of the send, where it was traced. */
  traceparent?: string | undefined;
}

interface RowKey {
  user_uuid: string;
  message_group_uuid: string;
}

/** Pattern E's reads and writes. Every method may be repeated; all throw AppError `unavailable`. */
export interface Projection {
  /** uuids of the group's members, through the index: may be seconds old. */
  listMemberUuids(input: { message_group_uuid: string }): Promise<string[]>;
  /**
   * Brings one member's row up to date with messages of its group, in history order, each once.
   * @returns today's `member_count` as the row has it; null when the row is gone (the member left)
   */
  moveRow(row: RowKey, messages: readonly [NewMessage, ...NewMessage[]]): Promise<number | null>;
  /**
   * Works out one member's row from the messages alone, safely while people write.
   * @returns null when the row is gone
   */
  rebuildRow(row: RowKey): Promise<{ repaired: boolean; member_count: number } | null>;
  /** The message named by a dead letter, strongly consistent. */
  getMessage(input: {
    message_group_uuid: string;
    message_uuid: string;
  }): Promise<StoredMessage | null>;
}

const ATTEMPTS = 10;

/** @param options.tableName `cruddur-messages` unless told otherwise */
export function createProjection(options: {
  client: DynamoDBClient;
  tableName?: string;
  onCorruptItem?: Table["onCorruptItem"];
}): Projection {
  const table: Table = { ...options, tableName: options.tableName ?? TABLE_NAME };
  return {
    listMemberUuids: (input) => listMemberUuids(table, input),
    moveRow: (row, messages) => moveRow(table, row, messages),
    rebuildRow: (row) => rebuildRow(table, row),
    getMessage: (input) => getMessage(table, input),
  };
}

async function moveRow(
  table: Table,
  row: RowKey,
  messages: readonly [NewMessage, ...NewMessage[]],
): Promise<number | null> {
  let outcome = await moveForward(table, row, messages);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { item } = outcome;
    if (item === undefined) return null;
    if (outcome.written) return fromGroupRowItem(item).member_count;
    const state = await catchUp(table, row, item, messages);
    if (state === null) return fromGroupRowItem(item).member_count;
    outcome = await writeRowState(table, { ...row, item }, state);
  }
  throw unavailable();
}

/**
 * The usual case, without reading the row: all the messages are newer than what it shows and than
 * what its member has read, so each by someone else is one more unread.
 */
function moveForward(
  { client, tableName }: Table,
  row: RowKey,
  messages: readonly [NewMessage, ...NewMessage[]],
): Promise<WriteOutcome> {
  const [oldest] = messages;
  return conditionalUpdate(() =>
    client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: groupRowKey(row.user_uuid, row.message_group_uuid),
        UpdateExpression: `SET ${SET_SUMMARY} ADD unread_count :unread, revision :one`,
        ConditionExpression:
          "attribute_exists(pk)" +
          " AND (attribute_not_exists(last_message_at) OR last_message_at < :oldest)" +
          " AND (attribute_not_exists(read_message_uuid) OR read_message_uuid < :oldest_uuid)",
        ExpressionAttributeValues: {
          ...summaryValues(newestOf(messages)),
          ":oldest": { S: messageSk(oldest.message_uuid) },
          ":oldest_uuid": { S: oldest.message_uuid },
          ":unread": { N: String(byOthers(messages, row.user_uuid).length) },
          ":one": { N: "1" },
        },
        ReturnValues: "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    ),
  );
}

/**
 * A replay, a late arrival, or a marker that is ahead: what the row should say, given what it says
 * now; null when that is already so. Whatever can't be told from the row is counted in the table.
 */
async function catchUp(
  table: Table,
  row: RowKey,
  item: Item,
  messages: readonly [NewMessage, ...NewMessage[]],
): Promise<{ unread_count: number; summary?: Summary } | null> {
  const { last_message, read_message_uuid, unread_count } = fromGroupRowItem(item);
  const newest = newestOf(messages);
  const moves = last_message === null || last_message.uuid < newest.message_uuid;
  const summary = moves ? { summary: newest } : {};
  const unread = byOthers(messages, row.user_uuid).filter(
    ({ message_uuid }) => read_message_uuid === null || message_uuid > read_message_uuid,
  );
  const allNewer = last_message === null || last_message.uuid < messages[0].message_uuid;
  if (allNewer && read_message_uuid !== null && read_message_uuid >= (last_message?.uuid ?? "")) {
    return { unread_count: unread.length, ...summary };
  }
  if (unread.length === 0) return moves ? { unread_count, ...summary } : null;
  const counted = await countUnread(table, {
    ...row,
    read_message_uuid,
    until: messageSk(moves ? newest.message_uuid : last_message.uuid),
  });
  return moves || counted !== unread_count ? { unread_count: counted, ...summary } : null;
}

async function rebuildRow(
  table: Table,
  row: RowKey,
): Promise<{ repaired: boolean; member_count: number } | null> {
  let item = await getGroupRowItem(table, row);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (item === undefined) return null;
    // Read after the row: whatever it shows was stored before it was shown.
    const newest = await newestMessage(table, row.message_group_uuid);
    const { last_message, read_message_uuid, unread_count, member_count } = fromGroupRowItem(item);
    if (newest === null) return { repaired: false, member_count };
    // Shown while it could still be read: a preview never moves back to an older message.
    const stays =
      last_message !== null &&
      last_message.uuid > newest.message_uuid &&
      (await hasMessage(table, row.message_group_uuid, last_message.uuid));
    const until = messageSk(stays ? last_message.uuid : newest.message_uuid);
    const counted = await countUnread(table, { ...row, read_message_uuid, until });
    const right = counted === unread_count && (stays || shows(last_message, newest));
    if (right) return { repaired: false, member_count };
    const state = { unread_count: counted, ...(stays ? {} : { summary: newest }) };
    const outcome: WriteOutcome = await writeRowState(table, { ...row, item }, state);
    if (outcome.written) return { repaired: true, member_count };
    item = outcome.item;
  }
  throw unavailable();
}

async function newestMessage(table: Table, message_group_uuid: string): Promise<Summary | null> {
  const query = {
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: messagePk(message_group_uuid) } },
    ScanIndexForward: false,
    Limit: 1,
    ConsistentRead: true,
  };
  const [newest] = (await queryItems(table, query, fromMessageItem)).items;
  if (newest === undefined) return null;
  const { uuid, message, user_uuid } = newest;
  return { message_uuid: uuid, message, user_uuid };
}

/** Whether the item is there, readable or not. */
async function hasMessage(
  { client, tableName }: Table,
  message_group_uuid: string,
  message_uuid: string,
): Promise<boolean> {
  const { Item } = await run(() =>
    client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: messageKey(message_group_uuid, message_uuid),
        ProjectionExpression: "pk",
        ConsistentRead: true,
      }),
    ),
  );
  return Item !== undefined;
}

function shows(last_message: GroupRow["last_message"], summary: Summary): boolean {
  return (
    last_message?.uuid === summary.message_uuid &&
    last_message.message === cutPreview(summary.message) &&
    last_message.user_uuid === summary.user_uuid
  );
}

function newestOf(messages: readonly [NewMessage, ...NewMessage[]]): NewMessage {
  return messages.at(-1) ?? messages[0];
}

function byOthers(messages: readonly NewMessage[], user_uuid: string): NewMessage[] {
  return messages.filter((message) => message.user_uuid !== user_uuid);
}
