import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory, messageCreatedAt } from "@cruddur/contract/ids";
import { GROUP_TITLE_MAX_MEMBERS } from "@cruddur/contract/limits";
import type { Item } from "@cruddur/ddb/attributes";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { toMembershipItem } from "@cruddur/ddb/membership-item";
import { toMessageItem } from "@cruddur/ddb/message-item";
import type { Member } from "@cruddur/ddb/types";
import { writeItems } from "@cruddur/ddb/write-items";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import type { BenchContext } from "./bench.ts";

/** With this text, an item of a list has about 350 B, both stored and as JSON. */
export const ORDINARY_TEXT = "The shift changes at four; somebody always asks what is for dinner.";

export interface BenchTable {
  endpoint: string;
  client: DynamoDBClient;
}

/** Creates the product's table in a new engine in memory, without a stream, which slows it down. */
export async function startBenchTable(ctx: BenchContext): Promise<BenchTable> {
  const engine = await startDynamoDb();
  ctx.defer(() => engine.stop());
  const client = createDynamoDbClient({ endpoint: engine.endpoint });
  ctx.defer(() => client.destroy());
  await ensureTable(client, { stream: false });
  return { endpoint: engine.endpoint, client };
}

export function person(index: number): Member {
  return { user_uuid: randomUUID(), display_name: `Person ${index}`, handle: `person${index}` };
}

export function people(count: number): Member[] {
  return Array.from({ length: count }, (_, index) => person(index));
}

/** The uuids of messages that were sent one each second until now. */
function pastMessageUuids(count: number): string[] {
  const start = Date.now() - count * 1000;
  let index = 0;
  const mint = createMessageUuidFactory(() => start + index * 1000);
  return Array.from({ length: count }, () => {
    index += 1;
    return mint();
  });
}

export interface Conversation {
  message_group_uuid: string;
  members: readonly Member[];
  messages: number;
  text?: string;
}

/** The items of a conversation after many sends: the messages and every membership. */
export function conversationItems(options: Conversation): Item[] {
  const { message_group_uuid, members, messages, text = ORDINARY_TEXT } = options;
  const uuids = pastMessageUuids(messages);
  const items = uuids.map((uuid, index) => {
    const sender = members[index % members.length] ?? person(0);
    return toMessageItem({
      uuid,
      message_group_uuid,
      client_id: randomUUID(),
      ...sender,
      message: text,
      created_at: messageCreatedAt(uuid),
      member_count: members.length,
    });
  });
  const last = uuids.at(-1);
  if (last === undefined) return items;
  const lastSender = members[(messages - 1) % members.length] ?? person(0);
  const joined_at = messageCreatedAt(uuids[0] ?? last);
  const memberships = members.map((member, index) =>
    toMembershipItem({
      user_uuid: member.user_uuid,
      message_group_uuid,
      member_count: members.length,
      ...(members.length === 2
        ? { other: members[1 - index] ?? member }
        : {
            group: {
              name: null,
              role: index === 0 ? "owner" : "member",
              some_members: members
                .filter((each) => each !== member)
                .slice(0, GROUP_TITLE_MAX_MEMBERS)
                .map(({ user_uuid }) => user_uuid),
              joined_at,
              joined_after: null,
            },
          }),
      // All messages are read, so that the web app opens the conversation at its end.
      unread_count: 0,
      read_message_uuid: last,
      last_message: { uuid: last, message: text, user_uuid: lastSender.user_uuid },
    }),
  );
  return [...items, ...memberships];
}

/** Writes a conversation into the product's table. */
export async function fillConversation(
  client: DynamoDBClient,
  conversation: Conversation,
): Promise<void> {
  await writeItems(client, conversationItems(conversation));
}
