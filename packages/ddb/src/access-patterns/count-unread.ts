import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { messagePk, messageSk, messageSkAbove, messageSkFloor } from "../keys.ts";
import { callTable } from "../retries.ts";
import type { MembershipId } from "../types.ts";

/**
 * Counts the messages of others after the read marker, up to and including a sort key: the meaning
 * of `unread_count`. Strongly consistent, however many Queries of 1 MB it takes.
 */
export const countUnread = defineAccessPattern(
  {
    question: "How many messages of others come after a member's read marker?",
    key: "pk = MSG#{message_group_uuid}, sk between {read marker} and {last_message_at}",
    cost: "what the range weighs, strongly consistent; only after replays, late arrivals and partial reads",
    actions: { table: ["Query"] },
  },
  async (
    { client, tableName }: Table,
    input: MembershipId & {
      read_message_uuid: string | null;
      /** Sort key of the last message that may be counted. */
      until: string;
    },
  ): Promise<number> => {
    const from =
      input.read_message_uuid === null
        ? messageSkFloor(0)
        : messageSkAbove(messageSk(input.read_message_uuid));
    if (from > input.until) return 0;
    let count = 0;
    let start: Item | undefined;
    do {
      const output = await callTable(() =>
        client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :until",
            FilterExpression: "user_uuid <> :member",
            ExpressionAttributeValues: {
              ":pk": { S: messagePk(input.message_group_uuid) },
              ":from": { S: from },
              ":until": { S: input.until },
              ":member": { S: input.user_uuid },
            },
            Select: "COUNT",
            ConsistentRead: true,
            ExclusiveStartKey: start,
          }),
        ),
      );
      count += output.Count ?? 0;
      start = output.LastEvaluatedKey;
    } while (start !== undefined);
    return count;
  },
);
