import { PAGE_MAX_BYTES } from "@cruddur/contract/limits";
import type { Table } from "../access-pattern.ts";
import { fromMessageItem } from "../items/message-item.ts";
import {
  FIRST_MESSAGE_UUID,
  LAST_MESSAGE_UUID,
  messagePk,
  messageSk,
  messageSkAbove,
  messageSkBelow,
  messageSkFloor,
} from "../keys.ts";
import { queryItems } from "../read-items.ts";
import type { Page, StoredMessage } from "../types.ts";

/** Positions before and after every message. */
export const MESSAGE_UUID_EDGES = { first: FIRST_MESSAGE_UUID, last: LAST_MESSAGE_UUID };

/** The messages of a message group that a member can read. */
export interface MessagesOfMember {
  message_group_uuid: string;
  /** The membership's: only messages whose uuid is above this one. */
  joined_after: string | null;
}

/** Part of a message group's messages. */
export interface MessageRange extends MessagesOfMember {
  /** Condition on the sort key. */
  condition?: { operator: "<" | "<=" | ">" | ">="; border: string };
  toNewer: boolean;
  limit: number;
  consistent: boolean;
  /** Most bytes of message text. The first message is always found. `PAGE_MAX_BYTES` by default. */
  maxBytes?: number;
}

export interface FoundMessages {
  items: StoredMessage[];
  /** True when the Query, or its bound of bytes, ended before the range did. */
  more: boolean;
}

/** One Query. @returns at least `limit` messages, unless there are no more or they are too long */
export async function queryMessages(table: Table, range: MessageRange): Promise<FoundMessages> {
  const sortKeys = sortKeyRange(range);
  if (sortKeys === null) return { items: [], more: false };
  const query = {
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :until",
    ExpressionAttributeValues: {
      ":pk": { S: messagePk(range.message_group_uuid) },
      ":from": { S: sortKeys.from },
      ":until": { S: sortKeys.until },
    },
    ScanIndexForward: range.toNewer,
    Limit: range.limit,
    ConsistentRead: range.consistent,
  };
  const { items, more } = await queryItems(table, query, fromMessageItem);
  const fitting = countFitting(items, range.maxBytes ?? PAGE_MAX_BYTES);
  if (fitting === items.length) return { items, more };
  return { items: items.slice(0, fitting), more: true };
}

/**
 * The sort keys of a range, both ends included; null for an empty one. A Query takes one condition
 * on the sort key, so where a member's reading starts and where the page ends are one BETWEEN.
 */
function sortKeyRange({ joined_after, condition }: MessageRange) {
  const floor = joined_after === null ? messageSkFloor(0) : messageSkAbove(messageSk(joined_after));
  const ceiling = messageSk(LAST_MESSAGE_UUID);
  if (condition === undefined) return { from: floor, until: ceiling };
  const { operator, border } = condition;
  const isNewer = operator === ">" || operator === ">=";
  const start = operator === ">" ? messageSkAbove(border) : border;
  const from = isNewer && start > floor ? start : floor;
  const until = isNewer ? ceiling : operator === "<" ? messageSkBelow(border) : border;
  return from > until ? null : { from, until };
}

/** How many of the first messages fit into a number of bytes: at least one, so that paging goes on. */
function countFitting(items: readonly StoredMessage[], maxBytes: number): number {
  let bytes = 0;
  const tooMany = items.findIndex(({ message }) => {
    bytes += Buffer.byteLength(message);
    return bytes > maxBytes;
  });
  return tooMany === -1 ? items.length : Math.max(1, tooMany);
}

/**
 * Two strongly consistent Queries at once, one to each side of a sort key.
 * @param older condition and number of messages before the border
 * @param newer condition and number of messages after it
 */
export function queryBothSides(
  table: Table,
  of: MessagesOfMember,
  older: Pick<MessageRange, "condition" | "limit">,
  newer: Pick<MessageRange, "condition" | "limit">,
): Promise<[FoundMessages, FoundMessages]> {
  const common = { ...of, consistent: true, maxBytes: PAGE_MAX_BYTES / 2 };
  return Promise.all([
    queryMessages(table, { ...common, ...older, limit: older.limit + 1, toNewer: false }),
    queryMessages(table, { ...common, ...newer, limit: newer.limit + 1, toNewer: true }),
  ]);
}

/** Makes one page of what both sides found; each side looked one message further than its limit. */
export function joinSides(
  [older, newer]: [FoundMessages, FoundMessages],
  limits: { older: number; newer: number },
): Page<StoredMessage> {
  const items = [
    ...older.items.slice(0, limits.older).reverse(),
    ...newer.items.slice(0, limits.newer),
  ];
  const [oldest, newest] = [items[0], items.at(-1)];
  const hasOlder = older.more || older.items.length > limits.older;
  const hasNewer = newer.more || newer.items.length > limits.newer;
  const before = oldest === undefined ? MESSAGE_UUID_EDGES.last : oldest.uuid;
  return {
    items,
    next: hasOlder ? { before } : null,
    previous: hasNewer && newest !== undefined ? { after: newest.uuid } : null,
  };
}
