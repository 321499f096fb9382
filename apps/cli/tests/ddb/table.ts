import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import type { MessagesStore } from "@cruddur/ddb/store";
import { createMessagesStore } from "@cruddur/ddb/store";
import { TABLE_NAME } from "@cruddur/ddb/table";
import type { Member, Membership, StoredMessage } from "@cruddur/ddb/types";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { beforeAll } from "vitest";

export interface TestTable {
  client: DynamoDBClient;
  endpoint: string;
  tableName: string;
  store: MessagesStore;
}

/** The table of a test file, in a real engine: created before its first test, deleted after its last. */
export function useTable({ stream = false } = {}): TestTable {
  const table = {} as TestTable;
  beforeAll(async () => {
    const engine = await startDynamoDb();
    const client = createDynamoDbClient({ endpoint: engine.endpoint });
    await ensureTable(client, { stream });
    const { endpoint } = engine;
    const store = createMessagesStore({ client });
    Object.assign(table, { client, endpoint, tableName: TABLE_NAME, store });
    return async () => {
      client.destroy();
      await engine.stop();
    };
  });
  return table;
}

export function person(handle: string): Member {
  return { user_uuid: randomUUID(), handle, display_name: handle.toUpperCase() };
}

/** A member's membership; fails when there is none. */
export async function membershipOf(
  { store }: TestTable,
  { user_uuid }: Member,
  message_group_uuid: string,
): Promise<Membership> {
  const membership = await store.getMembership({ user_uuid, message_group_uuid });
  if (membership === null) throw new Error("not a member");
  return membership;
}

/** Sends into an existing message group, under a new client id. */
export async function send(
  table: TestTable,
  sender: Member,
  message_group_uuid: string,
  message: string,
): Promise<StoredMessage> {
  const membership = await membershipOf(table, sender, message_group_uuid);
  return table.store.sendMessage({ sender, client_id: randomUUID(), message, membership });
}

/** Two people's message group with its first message. */
export function startPair(
  { store }: TestTable,
  [sender, receiver]: [Member, Member],
): Promise<StoredMessage> {
  return store.sendToPerson({ sender, receiver, client_id: randomUUID(), message: "first" });
}

export async function historyOf(
  { store }: TestTable,
  message_group_uuid: string,
): Promise<StoredMessage[]> {
  const { items } = await store.listMessages({
    joined_after: null,
    message_group_uuid,
    limit: 1_000,
  });
  return items;
}
