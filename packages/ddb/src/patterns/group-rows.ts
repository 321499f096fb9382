import { BatchGetItemCommand, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { backOff, run, type Table, unavailable } from "../client.ts";
import { fromGroupRowItem, groupRowKey, type Item } from "../items.ts";
import { parseGroupRowPk } from "../keys.ts";
import { readItems } from "../read-items.ts";
import { MESSAGE_GROUP_INDEX } from "../table.ts";
import type { GroupRow } from "../types.ts";

/** Membership and inbox entry in one strongly consistent read of a known key. */
export async function getGroupRow(
  table: Table,
  input: { user_uuid: string; message_group_uuid: string },
): Promise<GroupRow | null> {
  const item = await getGroupRowItem(table, input);
  return item === undefined ? null : fromGroupRowItem(item);
}

/** The same as stored, for those who write it back under a condition. */
export async function getGroupRowItem(
  { client, tableName }: Table,
  input: { user_uuid: string; message_group_uuid: string },
): Promise<Item | undefined> {
  const { Item } = await run(() =>
    client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: groupRowKey(input.user_uuid, input.message_group_uuid),
        ConsistentRead: true,
      }),
    ),
  );
  return Item;
}

/** uuids of a group's members, through the index: may be seconds old. */
export async function listMemberUuids(
  { client, tableName }: Table,
  input: { message_group_uuid: string },
): Promise<string[]> {
  const { Items = [] } = await run(() =>
    client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: MESSAGE_GROUP_INDEX,
        KeyConditionExpression: "message_group_uuid = :group",
        ExpressionAttributeValues: { ":group": { S: input.message_group_uuid.toLowerCase() } },
      }),
    ),
  );
  return Items.map((item) => parseGroupRowPk(item.pk?.S ?? ""));
}

const BATCH_GET_MAX_KEYS = 100;

/** Rows of the given members, in no order; those who aren't members are left out. May be stale. */
export async function getGroupRows(
  table: Table,
  input: { message_group_uuid: string; user_uuids: string[] },
): Promise<GroupRow[]> {
  const { client, tableName } = table;
  let keys = [...new Set(input.user_uuids)].map((uuid) =>
    groupRowKey(uuid, input.message_group_uuid),
  );
  const items: Item[] = [];
  for (let attempt = 1; keys.length > 0; attempt += 1) {
    const batch = keys.slice(0, BATCH_GET_MAX_KEYS);
    const { Responses, UnprocessedKeys } = await run(() =>
      client.send(new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: batch } } })),
    );
    const left = UnprocessedKeys?.[tableName]?.Keys ?? [];
    items.push(...(Responses?.[tableName] ?? []));
    keys = [...left, ...keys.slice(BATCH_GET_MAX_KEYS)];
    if (left.length > 0) {
      if (attempt >= 10) throw unavailable();
      await backOff(attempt);
    }
  }
  return readItems(table, items, fromGroupRowItem);
}
