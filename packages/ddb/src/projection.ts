import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Item } from "./attributes.ts";
import { run, type Table, unavailable } from "./client.ts";
import {
  cutPreview,
  fromMembershipItem,
  fromMessageItem,
  membershipKey,
  messageKey,
} from "./items.ts";
import { messagePk, messageSk } from "./keys.ts";
import { getMessage } from "./patterns/list-messages.ts";
import { getMembershipItem, listMemberUuids } from "./patterns/memberships.ts";
import {
  conditionalUpdate,
  countUnread,
  previewValues,
  SET_PREVIEW,
  type WriteOutcome,
  writeMembershipState,
} from "./patterns/unread.ts";
import { queryItems } from "./read-items.ts";
import { TABLE_NAME } from "./table.ts";
import type { Membership, MembershipId, NewestMessage, StoredMessage } from "./types.ts";

/** New messages of one message group, oldest first, each once. */
export type NewMessages = readonly [NewestMessage, ...NewestMessage[]];

/** Pattern E's reads and writes. Every method may be repeated; all throw AppError `unavailable`. */
export interface Projection {
  /** uuids of the group's members, through the index: may be seconds old. */
  listMemberUuids(input: { message_group_uuid: string }): Promise<string[]>;
  /**
   * Brings one member's row up to date with messages of its group, in history order, each once.
   * @returns today's `member_count` as the row has it; null when the row is gone (the member left)
   */
  updateMembership(row: MembershipId, messages: NewMessages): Promise<number | null>;
  /**
   * Works out one member's row from the messages alone, safely while people write.
   * @returns null when the row is gone
   */
  rebuildMembership(row: MembershipId): Promise<{ repaired: boolean; member_count: number } | null>;
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
    updateMembership: (row, messages) => updateMembership(table, row, messages),
    rebuildMembership: (row) => rebuildMembership(table, row),
    getMessage: (input) => getMessage(table, input),
  };
}

async function updateMembership(
  table: Table,
  row: MembershipId,
  messages: NewMessages,
): Promise<number | null> {
  let outcome = await moveForward(table, row, messages);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { item } = outcome;
    if (item === undefined) return null;
    if (outcome.written) return fromMembershipItem(item).member_count;
    const state = await catchUp(table, row, item, messages);
    if (state === null) return fromMembershipItem(item).member_count;
    outcome = await writeMembershipState(table, { ...row, item }, state);
  }
  throw unavailable();
}

/**
 * The usual case, without reading the row: all the messages are newer than what it shows and than
 * what its member has read, so each by someone else is one more unread.
 */
function moveForward(
  { client, tableName }: Table,
  row: MembershipId,
  messages: NewMessages,
): Promise<WriteOutcome> {
  const [oldest] = messages;
  return conditionalUpdate(() =>
    client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: membershipKey(row.user_uuid, row.message_group_uuid),
        UpdateExpression: `SET ${SET_PREVIEW} ADD unread_count :unread, revision :one`,
        ConditionExpression:
          "attribute_exists(pk)" +
          " AND (attribute_not_exists(last_message_at) OR last_message_at < :oldest)" +
          " AND (attribute_not_exists(read_message_uuid) OR read_message_uuid < :oldest_uuid)",
        ExpressionAttributeValues: {
          ...previewValues(newestOf(messages)),
          ":oldest": { S: messageSk(oldest.uuid) },
          ":oldest_uuid": { S: oldest.uuid },
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
  row: MembershipId,
  item: Item,
  messages: NewMessages,
): Promise<{ unread_count: number; newest?: NewestMessage } | null> {
  const { last_message, read_message_uuid, unread_count } = fromMembershipItem(item);
  const newest = newestOf(messages);
  const moves = last_message === null || last_message.uuid < newest.uuid;
  const shown = moves ? { newest } : {};
  const unread = byOthers(messages, row.user_uuid).filter(
    ({ uuid }) => read_message_uuid === null || uuid > read_message_uuid,
  );
  const allNewer = last_message === null || last_message.uuid < messages[0].uuid;
  if (allNewer && read_message_uuid !== null && read_message_uuid >= (last_message?.uuid ?? "")) {
    return { unread_count: unread.length, ...shown };
  }
  if (unread.length === 0) return moves ? { unread_count, ...shown } : null;
  const counted = await countUnread(table, {
    ...row,
    read_message_uuid,
    until: messageSk(moves ? newest.uuid : last_message.uuid),
  });
  return moves || counted !== unread_count ? { unread_count: counted, ...shown } : null;
}

async function rebuildMembership(
  table: Table,
  row: MembershipId,
): Promise<{ repaired: boolean; member_count: number } | null> {
  let item = await getMembershipItem(table, row);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (item === undefined) return null;
    // Read after the row: whatever it shows was stored before it was shown.
    const newest = await newestMessage(table, row.message_group_uuid);
    const { last_message, read_message_uuid, unread_count, member_count } =
      fromMembershipItem(item);
    if (newest === null) return { repaired: false, member_count };
    // Shown while it could still be read: a preview never moves back to an older message.
    const stays =
      last_message !== null &&
      last_message.uuid > newest.uuid &&
      (await hasMessage(table, row.message_group_uuid, last_message.uuid));
    const until = messageSk(stays ? last_message.uuid : newest.uuid);
    const counted = await countUnread(table, { ...row, read_message_uuid, until });
    const right = counted === unread_count && (stays || shows(last_message, newest));
    if (right) return { repaired: false, member_count };
    const state = { unread_count: counted, ...(stays ? {} : { newest }) };
    const outcome: WriteOutcome = await writeMembershipState(table, { ...row, item }, state);
    if (outcome.written) return { repaired: true, member_count };
    item = outcome.item;
  }
  throw unavailable();
}

async function newestMessage(
  table: Table,
  message_group_uuid: string,
): Promise<NewestMessage | null> {
  const query = {
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: messagePk(message_group_uuid) } },
    ScanIndexForward: false,
    Limit: 1,
    ConsistentRead: true,
  };
  const [newest] = (await queryItems(table, query, fromMessageItem)).items;
  return newest ?? null;
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

function shows(last_message: Membership["last_message"], newest: NewestMessage): boolean {
  return (
    last_message?.uuid === newest.uuid &&
    last_message.message === cutPreview(newest.message) &&
    last_message.user_uuid === newest.user_uuid
  );
}

function newestOf(messages: NewMessages): NewestMessage {
  return messages.at(-1) ?? messages[0];
}

function byOthers(messages: readonly NewestMessage[], user_uuid: string): NewestMessage[] {
  return messages.filter((message) => message.user_uuid !== user_uuid);
}
