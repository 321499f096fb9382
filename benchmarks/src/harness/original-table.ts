import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Member } from "@cruddur/ddb/types";
import { writeItems } from "@cruddur/ddb/write-items";
import {
  createOriginalTable,
  groupItem,
  messageItem,
  type OriginalMessage,
} from "../peers/original/table.ts";
import type { BenchContext } from "./bench.ts";
import {
  type BenchTable,
  type Conversation,
  fillConversation,
  ORDINARY_TEXT,
  startBenchTable,
} from "./table.ts";

export const ORIGINAL_TABLE = "original-messages";

/** The product's table and the original's beside it, in one fresh engine. */
export async function startBothTables(ctx: BenchContext): Promise<BenchTable> {
  const table = await startBenchTable(ctx);
  await createOriginalTable(table.client, ORIGINAL_TABLE);
  return table;
}

/** The same conversation in both tables. */
export async function fillBothTables(
  client: DynamoDBClient,
  conversation: Conversation,
): Promise<void> {
  await fillConversation(client, conversation);
  await fillOriginalConversation(client, conversation);
}

/** A conversation in the original's table: times one second apart, ending now. */
export async function fillOriginalConversation(
  client: DynamoDBClient,
  conversation: Conversation,
): Promise<void> {
  const { message_group_uuid, members, messages, text = ORDINARY_TEXT } = conversation;
  const start = Date.now() - messages * 1000;
  const all: OriginalMessage[] = Array.from({ length: messages }, (_, index) => ({
    message_uuid: randomUUID(),
    message_group_uuid,
    message: text,
    created_at: new Date(start + index * 1000).toISOString(),
    sender: members[index % members.length] as Member,
  }));
  const last = all.at(-1);
  const rows =
    last === undefined
      ? []
      : members.map((member, index) =>
          groupItem(member.user_uuid, members[(index + 1) % members.length] ?? member, last),
        );
  await writeItems(client, [...all.map(messageItem), ...rows], ORIGINAL_TABLE);
}
