import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { fromMessageItem } from "../items/message-item.ts";
import { messagePk } from "../keys.ts";
import { queryItems } from "../read-items.ts";
import type { StoredMessage } from "../types.ts";

/** The newest message that can be read; null when there is none. */
export const getNewestMessage = defineAccessPattern(
  {
    question: "The newest message of a message group",
    key: "pk = MSG#{message_group_uuid}",
    order: "newest first",
    cost: "one Query, 1 RU, strongly consistent",
    actions: { table: ["Query"] },
  },
  async (
    table: Table,
    { message_group_uuid }: { message_group_uuid: string },
  ): Promise<StoredMessage | null> => {
    const query = {
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: messagePk(message_group_uuid) } },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    };
    const [newest] = (await queryItems(table, query, fromMessageItem)).items;
    return newest ?? null;
  },
);
