import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { fromMessageItem, messageKey } from "../items/message-item.ts";
import { callTable } from "../retries.ts";
import type { StoredMessage } from "../types.ts";

/** One strongly consistent read of a known key; null when there is no such message. */
export const getMessage = defineAccessPattern(
  {
    question: "One message of a message group",
    key: "pk = MSG#{message_group_uuid}, sk = {created_at}#{message_uuid}",
    cost: "1 RU, strongly consistent",
    actions: { table: ["GetItem"] },
  },
  async (
    table: Table,
    { message_group_uuid, message_uuid }: { message_group_uuid: string; message_uuid: string },
  ): Promise<StoredMessage | null> => {
    let key: Item;
    try {
      key = messageKey(message_group_uuid, message_uuid);
    } catch {
      // Not a UUIDv7, so it can't be a message's.
      return null;
    }
    const item = await getMessageItem(table, key);
    return item === undefined ? null : fromMessageItem(item);
  },
);

/** The message as stored, whether or not it can be read. */
export async function getMessageItem(
  { client, tableName }: Table,
  key: Item,
): Promise<Item | undefined> {
  const { Item } = await callTable(() =>
    client.send(new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true })),
  );
  return Item;
}
