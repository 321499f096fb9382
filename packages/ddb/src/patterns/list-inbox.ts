import { QueryCommand, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import type { Item } from "../attributes.ts";
import { run, type Table } from "../client.ts";
import { fromMembershipItem } from "../items.ts";
import { FIRST_MESSAGE_UUID, LAST_MESSAGE_UUID, membershipPk, messageSk } from "../keys.ts";
import { readItems } from "../read-items.ts";
import { INBOX_INDEX } from "../table.ts";
import type { Membership, Page, PagePosition } from "../types.ts";
import { toPage } from "./pages.ts";

/** With the unread filter: how many rows one Query looks at, and how many Queries a page may take. */
const FILTER_PAGE_ITEMS = 100;
const FILTER_MAX_QUERIES = 5;

const EDGES = { first: messageSk(FIRST_MESSAGE_UUID), last: messageSk(LAST_MESSAGE_UUID) };

interface ListInboxInput {
  user_uuid: string;
  limit: number;
  position?: PagePosition | undefined;
  unread?: boolean | undefined;
}

/**
 * Pattern B, one Query of the inbox index. With `unread`, the index is read in bounded steps: a
 * page may hold fewer than `limit` and still have a next one.
 */
export async function listInbox(table: Table, input: ListInboxInput): Promise<Page<Membership>> {
  const { limit, position } = input;
  const items: Item[] = [];
  let start: Item | undefined;
  for (let queries = 0; queries === 0 || (start && queries < FILTER_MAX_QUERIES); queries += 1) {
    const output = await queryInbox(table, input, start);
    items.push(...(output.Items ?? []));
    start = output.LastEvaluatedKey;
    if (!input.unread || items.length > limit) break;
  }
  const page = toPage({
    items,
    more: start !== undefined,
    limit,
    position,
    borderOf: sortKeyOf,
    edges: EDGES,
  });
  // The filter stopped at its bound: go on from the last row looked at, not the last one shown.
  if (input.unread && start !== undefined && items.length <= limit) {
    if (page.next !== null && !isAfter(position)) page.next = { before: sortKeyOf(start) };
    if (page.previous !== null && isAfter(position)) page.previous = { after: sortKeyOf(start) };
  }
  return { ...page, items: readItems(table, page.items, fromMembershipItem) };
}

function queryInbox(
  { client, tableName }: Table,
  { user_uuid, limit, position, unread }: ListInboxInput,
  start: Item | undefined,
): Promise<QueryCommandOutput> {
  const range =
    position === undefined ? "" : ` AND last_message_at ${isAfter(position) ? ">" : "<"} :border`;
  return run(() =>
    client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: INBOX_INDEX,
        KeyConditionExpression: `pk = :pk${range}`,
        ExpressionAttributeValues: {
          ":pk": { S: membershipPk(user_uuid) },
          ...(position === undefined
            ? {}
            : { ":border": { S: "after" in position ? position.after : position.before } }),
          ...(unread ? { ":zero": { N: "0" } } : {}),
        },
        ...(unread ? { FilterExpression: "unread_count > :zero" } : {}),
        ScanIndexForward: isAfter(position),
        Limit: unread ? FILTER_PAGE_ITEMS : limit + 1,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    ),
  );
}

function isAfter(position: PagePosition | undefined): boolean {
  return position !== undefined && "after" in position;
}

function sortKeyOf(item: Item): string {
  return item.last_message_at?.S ?? "";
}
