import { DeleteItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import pLimit from "p-limit";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { blockedByKey, blockKey, fromBlockItem } from "../items/block-item.ts";
import { blockPk, hiddenMessagePk, pinsPk, sendClaimPk } from "../keys.ts";
import { parseItems } from "../read-items.ts";
import { callTable } from "../retries.ts";

const PAGE_ITEMS = 100;
const DELETES_AT_ONCE = 8;

/**
 * Deletes what the table holds for a person alone: send claims, hidden messages, pins, and blocks in both
 * directions with their copies. Safe to repeat. Throws AppError `unavailable`.
 */
export const deletePersonalItems = defineAccessPattern(
  {
    question: "A person who is erased without send claims, hidden messages, pins and blocks",
    key: "pk = CLM#, HID#, PNS# and BLK#{user_uuid}; pk = BLK#{other_uuid}, sk = {user_uuid} and ~{user_uuid}",
    cost: "100 items one Query, 2 RU, strongly consistent; 1 WU an item, 4 WU a block",
    actions: { table: ["DeleteItem", "Query"] },
  },
  async (table: Table, { user_uuid }: { user_uuid: string }): Promise<void> => {
    for (const pk of [sendClaimPk, hiddenMessagePk, pinsPk].map((toPk) => toPk(user_uuid))) {
      await deletePartition(table, pk, (items) => items.map((item) => [item]));
    }
    await deletePartition(table, blockPk(user_uuid), (items) =>
      parseItems(table, items, fromBlockItem).map((other_uuid) => {
        const own = { blocker_uuid: user_uuid, blocked_uuid: other_uuid };
        const others = { blocker_uuid: other_uuid, blocked_uuid: user_uuid };
        // The copies first: the person's own items lead to them.
        return [blockedByKey(own), blockKey(others), blockKey(own), blockedByKey(others)];
      }),
    );
  },
);

/** @param toKeys what to delete for each item of a page, in this order */
async function deletePartition(
  { client, tableName: TableName }: Table,
  pk: string,
  toKeys: (items: readonly Item[]) => readonly (readonly Item[])[],
): Promise<void> {
  const query = {
    TableName,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: pk } },
    ProjectionExpression: "pk, sk",
    ConsistentRead: true,
    Limit: PAGE_ITEMS,
  };
  for (let start: Item | undefined, isFirst = true; isFirst || start; isFirst = false) {
    const page = { ...query, ...(start && { ExclusiveStartKey: start }) };
    const { Items = [], LastEvaluatedKey } = await callTable(() =>
      client.send(new QueryCommand(page)),
    );
    await pLimit(DELETES_AT_ONCE).map(toKeys(Items), async (keys) => {
      for (const Key of keys) {
        await callTable(() => client.send(new DeleteItemCommand({ TableName, Key })));
      }
    });
    start = LastEvaluatedKey;
  }
}
