import { QueryCommand, type QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import pLimit from "p-limit";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { messagePk, messageSkFloor } from "../keys.ts";
import { callTable } from "../retries.ts";
import { scanIndex } from "../scan-index.ts";
import { INBOX_INDEX, INBOX_INDEX_SORT_KEY, PARTITION_KEY, SORT_KEY } from "../table.ts";

export interface HotMessageGroup {
  message_group_uuid: string;
  /** Messages since the moment that was asked for. */
  messages: number;
  /** When the newest message that an inbox shows was sent, UTC, ISO 8601. */
  last_message_at: string;
}

/** Message groups whose messages are counted: those with the newest messages. */
const COUNTED_MESSAGE_GROUPS = 50;
const COUNTS_AT_ONCE = 8;

/** The message groups with the most messages since a moment, the busiest first. For operators. */
export const listHotMessageGroups = defineAccessPattern(
  {
    question: "Which conversations have the most messages since a moment?",
    key: `every entry of the index with ${INBOX_INDEX_SORT_KEY} >= {moment}; pk = MSG#{message_group_uuid}, sk >= {moment}`,
    order: "most messages first",
    cost: `one Scan of the index, and a count of the new messages of at most ${COUNTED_MESSAGE_GROUPS} message groups`,
    actions: { [INBOX_INDEX]: ["Scan"], table: ["Query"] },
  },
  async (
    table: Table,
    { sinceMs, limit }: { sinceMs: number; limit: number },
  ): Promise<HotMessageGroup[]> => {
    const newest = await newestOfMessageGroups(table, sinceMs);
    const recent = [...newest]
      .sort(([, a], [, b]) => b.localeCompare(a))
      .slice(0, COUNTED_MESSAGE_GROUPS);
    const counted = await pLimit(COUNTS_AT_ONCE).map(
      recent,
      async ([message_group_uuid, sk]): Promise<HotMessageGroup> => ({
        message_group_uuid,
        messages: await countMessages(table, message_group_uuid, sinceMs),
        last_message_at: sk.slice(0, sk.indexOf("#")),
      }),
    );
    return counted.sort((a, b) => b.messages - a.messages).slice(0, limit);
  },
);

/** The sort key of the newest message of each message group that has one since the moment. */
async function newestOfMessageGroups(table: Table, sinceMs: number): Promise<Map<string, string>> {
  const newest = new Map<string, string>();
  const pages = scanIndex(table, {
    IndexName: INBOX_INDEX,
    FilterExpression: "#at >= :since",
    ProjectionExpression: "#group, #at",
    ExpressionAttributeNames: { "#at": INBOX_INDEX_SORT_KEY, "#group": SORT_KEY },
    ExpressionAttributeValues: { ":since": { S: messageSkFloor(sinceMs) } },
  });
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      const message_group_uuid = item[SORT_KEY]?.S ?? "";
      const at = item[INBOX_INDEX_SORT_KEY]?.S ?? "";
      if (at > (newest.get(message_group_uuid) ?? "")) newest.set(message_group_uuid, at);
    }
  }
  return newest;
}

async function countMessages(
  { client, tableName }: Table,
  message_group_uuid: string,
  sinceMs: number,
): Promise<number> {
  let messages = 0;
  let start: Item | undefined;
  do {
    const page: QueryCommandOutput = await callTable(() =>
      client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "#pk = :pk AND #sk >= :since",
          ExpressionAttributeNames: { "#pk": PARTITION_KEY, "#sk": SORT_KEY },
          ExpressionAttributeValues: {
            ":pk": { S: messagePk(message_group_uuid) },
            ":since": { S: messageSkFloor(sinceMs) },
          },
          Select: "COUNT",
          ExclusiveStartKey: start,
        }),
      ),
    );
    messages += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return messages;
}
