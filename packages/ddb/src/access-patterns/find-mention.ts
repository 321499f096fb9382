import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { messagePk, messageSk, messageSkAbove, messageSkFloor, parseMessageSk } from "../keys.ts";
import { callTable } from "../retries.ts";
import type { MembershipId } from "../types.ts";
import { exceptOf } from "./count-unread.ts";

/**
 * uuid of the newest message after the read marker, up to and including a sort key, that mentions
 * the member, isn't deleted and isn't a hidden sender's; null without one. Strongly consistent.
 */
export const findMention = defineAccessPattern(
  {
    question: "Which unread message mentions a member?",
    key: "pk = MSG#{message_group_uuid}, sk between {read marker} and {last_message_at}",
    order: "newest first",
    cost: "what the range weighs, strongly consistent; only after the delete of a mention, and in a rebuild",
    actions: { table: ["Query"] },
  },
  async (
    { client, tableName }: Table,
    input: MembershipId & {
      read_message_uuid: string | null;
      until: string;
      hidden_senders: readonly string[];
    },
  ): Promise<string | null> => {
    const from =
      input.read_message_uuid === null
        ? messageSkFloor(0)
        : messageSkAbove(messageSk(input.read_message_uuid));
    if (from > input.until) return null;
    const hidden = exceptOf(input.hidden_senders);
    let start: Item | undefined;
    do {
      const output = await callTable(() =>
        client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :until",
            FilterExpression: `contains(mentions, :member) AND attribute_not_exists(deleted_at)${hidden.condition}`,
            ExpressionAttributeValues: {
              ":pk": { S: messagePk(input.message_group_uuid) },
              ":from": { S: from },
              ":until": { S: input.until },
              ":member": { S: input.user_uuid },
              ...hidden.values,
            },
            ScanIndexForward: false,
            ConsistentRead: true,
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        ),
      );
      const [found] = output.Items ?? [];
      if (found !== undefined) return parseMessageSk(found.sk?.S ?? "").message_uuid;
      start = output.LastEvaluatedKey;
    } while (start !== undefined);
    return null;
  },
);
