import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { fromMessageItem } from "../items/message-item.ts";
import { messagePk, messageSkCeiling, messageSkFloor } from "../keys.ts";
import { queryItems } from "../read-items.ts";
import type { StoredMessage } from "../types.ts";

/** The newest messages of a range of time (ms since the epoch, both ends included), oldest first. */
export const listMessagesBetween = defineAccessPattern(
  {
    question: "The newest messages of a range of time",
    key: "pk = MSG#{message_group_uuid}, sk between {from} and {until}",
    order: "read newest first, returned oldest first",
    cost: "one Query",
    actions: { table: ["Query"] },
  },
  async (
    table: Table,
    input: { message_group_uuid: string; fromMs: number; untilMs: number; limit: number },
  ): Promise<StoredMessage[]> => {
    const query = {
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :until",
      ExpressionAttributeValues: {
        ":pk": { S: messagePk(input.message_group_uuid) },
        ":from": { S: messageSkFloor(input.fromMs) },
        ":until": { S: messageSkCeiling(input.untilMs) },
      },
      ScanIndexForward: false,
      Limit: input.limit,
    };
    const { items } = await queryItems(table, query, fromMessageItem);
    return items.slice(0, input.limit).reverse();
  },
);
