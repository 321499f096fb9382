import { GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { fromMembershipItem, membershipKey } from "../items/membership-item.ts";
import { parseMembershipPk } from "../keys.ts";
import { batchGetItems, parseItems } from "../read-items.ts";
import { callTable } from "../retries.ts";
import { MESSAGE_GROUP_INDEX } from "../table.ts";
import type { Membership, MembershipId } from "../types.ts";

/** Permission and inbox entry in one strongly consistent read; null for a person who isn't a member. */
export const getMembership = defineAccessPattern(
  {
    question: "Is this person a member, and what does their inbox entry say?",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}",
    cost: "1 RU, strongly consistent",
    actions: { table: ["GetItem"] },
  },
  async (table: Table, id: MembershipId): Promise<Membership | null> => {
    const item = await getMembershipItem(table, id);
    return item === undefined ? null : fromMembershipItem(item);
  },
);

/** The membership as stored, for patterns that write it back under a condition. */
export async function getMembershipItem(
  { client, tableName }: Table,
  { user_uuid, message_group_uuid }: MembershipId,
): Promise<Item | undefined> {
  const { Item } = await callTable(() =>
    client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: membershipKey(user_uuid, message_group_uuid),
        ConsistentRead: true,
      }),
    ),
  );
  return Item;
}

/** uuids of a message group's members. Eventually consistent: the index may be seconds behind. */
export const listMemberUuids = defineAccessPattern(
  {
    question: "Who are the members of a message group?",
    key: "message_group_uuid = {message_group_uuid}",
    cost: "one Query, 0.5 to 2 RU",
    actions: { [MESSAGE_GROUP_INDEX]: ["Query"] },
  },
  async (
    { client, tableName }: Table,
    { message_group_uuid }: { message_group_uuid: string },
  ): Promise<string[]> => {
    const { Items = [] } = await callTable(() =>
      client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: MESSAGE_GROUP_INDEX,
          KeyConditionExpression: "message_group_uuid = :message_group",
          ExpressionAttributeValues: { ":message_group": { S: message_group_uuid.toLowerCase() } },
        }),
      ),
    );
    return Items.map((item) => parseMembershipPk(item.pk?.S ?? ""));
  },
);

/**
 * Memberships of the given people, in no order, without those who aren't members. Eventually
 * consistent unless asked otherwise. Throws AppError `unavailable` when the table goes on leaving keys unprocessed.
 */
export const getMemberships = defineAccessPattern(
  {
    question: "How far has each member read?",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid} for each member",
    cost: "one BatchGetItem, 0.5 RU a member; 1 RU strongly consistent",
    actions: { table: ["BatchGetItem"] },
  },
  async (
    table: Table,
    input: {
      message_group_uuid: string;
      user_uuids: readonly string[];
      /** Strongly consistent, for twice the cost; not by default. */
      consistent?: boolean;
    },
  ): Promise<Membership[]> => {
    const keys = [...new Set(input.user_uuids)].map((uuid) =>
      membershipKey(uuid, input.message_group_uuid),
    );
    const items = await batchGetItems(table, keys, { consistent: input.consistent });
    return parseItems(table, items, fromMembershipItem);
  },
);
