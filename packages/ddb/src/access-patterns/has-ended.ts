import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { messagePk } from "../keys.ts";
import { callTable } from "../retries.ts";

/**
 * True when all members have left a group, or both people of a pair were erased. The system message
 * of the last one to leave a group counts no members, and nobody can join after it. Of a pair
 * without members, a tombstone without a name is left. Strongly consistent, unlike the index of
 * members, which shows nobody for a moment after a group is made.
 */
export const hasEnded = defineAccessPattern(
  {
    question: "Have all members left a message group?",
    key: "pk = MSG#{message_group_uuid}",
    order: "newest first",
    cost: "one Query, strongly consistent; only where the index shows no member",
    actions: { table: ["Query"] },
  },
  async (
    { client, tableName }: Table,
    { message_group_uuid }: { message_group_uuid: string },
  ): Promise<boolean> => {
    let start: Item | undefined;
    do {
      const output = await callTable(() =>
        client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: "pk = :pk",
            FilterExpression:
              "(member_count = :none AND attribute_exists(system_kind))" +
              " OR (attribute_exists(deleted_at) AND user_handle = :erased)",
            ExpressionAttributeValues: {
              ":erased": { S: "" },
              ":pk": { S: messagePk(message_group_uuid) },
              ":none": { N: "0" },
            },
            Select: "COUNT",
            ScanIndexForward: false,
            ConsistentRead: true,
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        ),
      );
      if ((output.Count ?? 0) > 0) return true;
      start = output.LastEvaluatedKey;
    } while (start !== undefined);
    return false;
  },
);
