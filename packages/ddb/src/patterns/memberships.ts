import { BatchGetItemCommand, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Item } from "../attributes.ts";
import { backOff, run, type Table, unavailable } from "../client.ts";
import { fromMembershipItem, membershipKey } from "../items.ts";
import { parseMembershipPk } from "../keys.ts";
import { readItems } from "../read-items.ts";
import { MESSAGE_GROUP_INDEX } from "../table.ts";
import type { Membership } from "../types.ts";

/** Membership and inbox entry in one strongly consistent read of a known key. */
export async function getMembership(
  table: Table,
  input: { user_uuid: string; message_group_uuid: string },
): Promise<Membership | null> {
  const item = await getMembershipItem(table, input);
  return item === undefined ? null : fromMembershipItem(item);
}

/** The same as stored, for those who write it back under a condition. */
export async function getMembershipItem(
  { client, tableName }: Table,
  input: { user_uuid: string; message_group_uuid: string },
): Promise<Item | undefined> {
  const { Item } = await run(() =>
    client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: membershipKey(input.user_uuid, input.message_group_uuid),
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
  return Items.map((item) => parseMembershipPk(item.pk?.S ?? ""));
}

const BATCH_GET_MAX_KEYS = 100;

/** Rows of the given members, in no order; those who aren't members are left out. May be stale. */
export async function getMemberships(
  table: Table,
  input: { message_group_uuid: string; user_uuids: string[] },
): Promise<Membership[]> {
  const { client, tableName } = table;
  let keys = [...new Set(input.user_uuids)].map((uuid) =>
    membershipKey(uuid, input.message_group_uuid),
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
  return readItems(table, items, fromMembershipItem);
}
