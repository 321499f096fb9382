import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { UNREAD_COUNT_MAX } from "@cruddur/contract/limits";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { messagePk, messageSk, messageSkAbove, messageSkFloor } from "../keys.ts";
import { callTable } from "../retries.ts";
import type { MembershipId } from "../types.ts";

/**
 * Counts the messages of others after the read marker, up to and including a sort key and without
 * deleted ones, system messages and those of hidden senders: the meaning of `unread_count`. Strongly consistent. `UNREAD_COUNT_MAX` stands for
 * that many or more, and also for a range that wasn't counted to its end.
 */
export const countUnread = defineAccessPattern(
  {
    question: "How many messages of others come after a member's read marker?",
    key: "pk = MSG#{message_group_uuid}, sk between {read marker} and {last_message_at}",
    cost: `what the range weighs until ${UNREAD_COUNT_MAX} are found, strongly consistent; only after replays, late arrivals and partial reads`,
    actions: { table: ["Query"] },
  },
  async (
    { client, tableName }: Table,
    input: MembershipId & {
      read_message_uuid: string | null;
      /** Sort key of the last message that may be counted. */
      until: string;
      hidden_senders: readonly string[];
      /** The most Queries of 1 MB; without limit by default. */
      maxQueries?: number;
    },
  ): Promise<number> => {
    const from =
      input.read_message_uuid === null
        ? messageSkFloor(0)
        : messageSkAbove(messageSk(input.read_message_uuid));
    if (from > input.until) return 0;
    const { maxQueries = Number.POSITIVE_INFINITY } = input;
    const hidden = exceptOf(input.hidden_senders);
    let count = 0;
    let start: Item | undefined;
    for (let queries = 0; queries < maxQueries; queries += 1) {
      const output = await callTable(() =>
        client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :until",
            FilterExpression: `user_uuid <> :member AND attribute_not_exists(deleted_at) AND attribute_not_exists(system_kind)${hidden.condition}`,
            ExpressionAttributeValues: {
              ":pk": { S: messagePk(input.message_group_uuid) },
              ":from": { S: from },
              ":until": { S: input.until },
              ":member": { S: input.user_uuid },
              ...hidden.values,
            },
            Select: "COUNT",
            ConsistentRead: true,
            ExclusiveStartKey: start,
          }),
        ),
      );
      count += output.Count ?? 0;
      start = output.LastEvaluatedKey;
      if (start === undefined) return Math.min(count, UNREAD_COUNT_MAX);
      if (count >= UNREAD_COUNT_MAX) break;
    }
    return UNREAD_COUNT_MAX;
  },
);

/** Leaves out what some people wrote; a filter with a group's members is within DynamoDB's 100 operands. */
export function exceptOf(senders: readonly string[]): { condition: string; values: Item } {
  if (senders.length === 0) return { condition: "", values: {} };
  const values = Object.fromEntries(senders.map((S, index) => [`:hidden${index}`, { S }]));
  return { condition: ` AND NOT user_uuid IN (${Object.keys(values).join(", ")})`, values };
}
