import type { Table } from "../client.ts";
import { fromMessageItem } from "../items.ts";
import { messagePk, messageSkCeiling, messageSkFloor } from "../keys.ts";
import { queryItems } from "../read-items.ts";
import type { StoredMessage } from "../types.ts";

/** The newest messages of a range of time (ms since the epoch, both ends in it), oldest first. */
export async function listMessagesBetween(
  table: Table,
  input: { message_group_uuid: string; fromMs: number; untilMs: number; limit: number },
): Promise<StoredMessage[]> {
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
}
