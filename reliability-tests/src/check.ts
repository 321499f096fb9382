import { deepStrictEqual } from "node:assert/strict";
import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { parseMembershipPk, parseMembershipSk, parseMessagePk } from "@cruddur/ddb/keys";
import type { MessagesStore } from "@cruddur/ddb/store";
import { TABLE_NAME } from "@cruddur/ddb/table";
import type { Membership, Page, PagePosition, StoredMessage } from "@cruddur/ddb/types";
import type { Model, ModelRow } from "./model.ts";
import type { World } from "./world.ts";

/** Small pages, so that paging is part of what is compared. */
const PAGE_ITEMS = 3;

/**
 * Compares what every person sees with the model: inboxes, histories, memberships. Also that the
 * table holds no row or message of these people that nobody sees. Throws at the first difference.
 */
export async function checkAgainstModel(world: World, model: Model): Promise<void> {
  const { observer, people, client } = world;
  for (const { user_uuid, handle } of people) {
    const inbox = await readWholeInbox(observer, user_uuid, PAGE_ITEMS);
    deepStrictEqual(inbox.map(toModelRow), model.inbox(user_uuid), `the inbox of ${handle}`);
  }
  for (const message_group_uuid of model.groups()) {
    const history = await readWholeHistory(observer, message_group_uuid, PAGE_ITEMS);
    const stored = history.map(({ uuid, client_id, user_uuid, message }) => ({
      uuid,
      message_group_uuid,
      client_id,
      user_uuid,
      message,
    }));
    deepStrictEqual(stored, model.history(message_group_uuid), `messages of ${message_group_uuid}`);
  }
  const { rows, messageGroups } = await readTable(client);
  const known = new Set(people.map(({ user_uuid }) => user_uuid));
  deepStrictEqual(
    rows
      .filter(([user_uuid]) => known.has(user_uuid))
      .map(String)
      .sort(),
    model
      .groups()
      .flatMap((group) => model.members(group).map((user_uuid) => String([user_uuid, group])))
      .sort(),
    "members and their rows",
  );
  const withRows = new Set(rows.map(([, message_group_uuid]) => message_group_uuid));
  for (const group of messageGroups) {
    if (!withRows.has(group)) throw new Error(`messages of ${group} belong to nobody`);
  }
}

/** Every page of an inbox, newest first. */
export async function readWholeInbox(
  store: MessagesStore,
  user_uuid: string,
  limit: number,
): Promise<Membership[]> {
  const pages = await readPages((position) => store.listInbox({ user_uuid, limit, position }));
  return pages.flat();
}

/** Every page of a history, oldest first. */
export async function readWholeHistory(
  store: MessagesStore,
  message_group_uuid: string,
  limit: number,
): Promise<StoredMessage[]> {
  const pages = await readPages((position) =>
    store.listMessages({ message_group_uuid, limit, position }),
  );
  return pages.reverse().flat();
}

async function readPages<Item>(
  read: (position: PagePosition | undefined) => Promise<Page<Item>>,
): Promise<Item[][]> {
  const pages: Item[][] = [];
  let position: PagePosition | undefined;
  do {
    const page = await read(position);
    pages.push(page.items);
    position = page.next ?? undefined;
  } while (position);
  return pages;
}

function toModelRow(row: Membership): ModelRow {
  return {
    message_group_uuid: row.message_group_uuid,
    member_count: row.member_count,
    last_message_uuid: row.last_message?.uuid ?? "",
    last_message_user_uuid: row.last_message?.user_uuid ?? "",
    preview: row.last_message?.message ?? "",
    unread_count: row.unread_count,
    read_message_uuid: row.read_message_uuid,
  };
}

async function readTable(client: DynamoDBClient): Promise<{
  rows: [user_uuid: string, message_group_uuid: string][];
  messageGroups: Set<string>;
}> {
  const rows: [string, string][] = [];
  const messageGroups = new Set<string>();
  const pages = paginateScan(
    { client },
    { TableName: TABLE_NAME, ProjectionExpression: "pk, sk", ConsistentRead: true },
  );
  for await (const { Items = [] } of pages) {
    for (const { pk, sk } of Items) {
      if (pk?.S?.startsWith("GRP#"))
        rows.push([parseMembershipPk(pk.S), parseMembershipSk(sk?.S ?? "")]);
      if (pk?.S?.startsWith("MSG#")) messageGroups.add(parseMessagePk(pk.S));
    }
  }
  return { rows, messageGroups };
}
