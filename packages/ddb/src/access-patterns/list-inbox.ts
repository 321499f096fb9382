import { QueryCommand, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { fromMembershipItem } from "../items/membership-item.ts";
import { FIRST_MESSAGE_UUID, type Folder, inboxPk, LAST_MESSAGE_UUID, messageSk } from "../keys.ts";
import { parseItems } from "../read-items.ts";
import { callTable } from "../retries.ts";
import { INBOX_INDEX } from "../table.ts";
import type { Membership, Page, PagePosition } from "../types.ts";
import { toPage } from "./pages.ts";

/** With the unread filter: how many memberships one Query looks at, and how many Queries a page takes. */
const FILTER_PAGE_ITEMS = 100;
const FILTER_MAX_QUERIES = 5;

const EDGES = { first: messageSk(FIRST_MESSAGE_UUID), last: messageSk(LAST_MESSAGE_UUID) };

interface ListInboxInput {
  user_uuid: string;
  /** The inbox by default. */
  folder?: Folder | undefined;
  limit: number;
  position?: PagePosition | undefined;
  /** Only conversations with unread messages, and those marked as unread. */
  unread?: boolean | undefined;
}

/**
 * The memberships of one of a person's folders, the newest conversation first. Eventually consistent. With `unread`, the
 * index is read in bounded steps: a page may hold fewer than `limit` and still have a next one.
 */
export const listInbox = defineAccessPattern(
  {
    question:
      "A page of one of a person's folders, towards older or newer; optionally only what is unread",
    key: "inbox_pk = INB#, PIN#, REQ# or ARC#{user_uuid}, last_message_at < or > {created_at}#{message_uuid}",
    order: "newest first",
    cost: `one Query, 20 typical items 1.5 RU; unread only: up to ${FILTER_MAX_QUERIES} Queries of ${FILTER_PAGE_ITEMS} items`,
    actions: { [INBOX_INDEX]: ["Query"] },
  },
  async (table: Table, input: ListInboxInput): Promise<Page<Membership>> => {
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
      borderOf: lastMessageAt,
      edges: EDGES,
    });
    // The filter stopped at its bound: the next page starts after the last item looked at, not
    // after the last one shown.
    if (input.unread && start !== undefined && items.length <= limit) {
      if (page.next !== null && !isAfter(position)) page.next = { before: lastMessageAt(start) };
      if (page.previous !== null && isAfter(position)) {
        page.previous = { after: lastMessageAt(start) };
      }
    }
    return { ...page, items: parseItems(table, page.items, fromMembershipItem) };
  },
);

function queryInbox(
  { client, tableName }: Table,
  { user_uuid, folder = "inbox", limit, position, unread }: ListInboxInput,
  start: Item | undefined,
): Promise<QueryCommandOutput> {
  const range =
    position === undefined ? "" : ` AND last_message_at ${isAfter(position) ? ">" : "<"} :border`;
  return callTable(() =>
    client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: INBOX_INDEX,
        KeyConditionExpression: `inbox_pk = :folder${range}`,
        ExpressionAttributeValues: {
          ":folder": { S: inboxPk(user_uuid, folder) },
          ...(position === undefined
            ? {}
            : { ":border": { S: "after" in position ? position.after : position.before } }),
          ...(unread ? { ":zero": { N: "0" }, ":true": { BOOL: true } } : {}),
        },
        ...(unread ? { FilterExpression: "unread_count > :zero OR marked_unread = :true" } : {}),
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

function lastMessageAt(item: Item): string {
  return item.last_message_at?.S ?? "";
}
