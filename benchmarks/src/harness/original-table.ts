import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Member } from "@cruddur/ddb/types";
import { writeItems } from "@cruddur/ddb/write-items";
import {
  createOriginalTable,
  inboxItem,
  messageItem,
  type OriginalMessage,
} from "../compared/original/table.ts";
import type { BenchContext } from "./bench.ts";
import {
  type BenchTable,
  type Conversation,
  fillConversation,
  ORDINARY_TEXT,
  startBenchTable,
} from "./table.ts";

export const ORIGINAL_TABLE = "original-messages";

/** Creates the product's and the original's table in a new engine. */
export async function startBothTables(ctx: BenchContext): Promise<BenchTable> {
  const table = await startBenchTable(ctx);
  await createOriginalTable(table.client, ORIGINAL_TABLE);
  return table;
}

/** Writes a conversation into both tables. */
export async function fillBothTables(
  client: DynamoDBClient,
  conversation: Conversation,
): Promise<void> {
  await fillConversation(client, conversation);
  await fillOriginalConversation(client, conversation);
}

/** Writes a conversation into the original's table, one message each second until now. */
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
  const inboxItems =
    last === undefined
      ? []
      : members.map((member, index) =>
          inboxItem(member.user_uuid, members[(index + 1) % members.length] ?? member, last),
        );
  await writeItems(client, [...all.map(messageItem), ...inboxItems], ORIGINAL_TABLE);
}
