import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { beforeAll } from "vitest";
import { createDynamoDbClient, type MessagesTableClient } from "../src/client.ts";
import { ensureTable } from "../src/create-table.ts";
import type { Item } from "../src/items/attributes.ts";
import { createMessagesStore, type MessagesStore } from "../src/store.ts";
import { TABLE_NAME } from "../src/table.ts";
import type { Member, Membership, StoredMessage } from "../src/types.ts";
import { writeItems as putItems } from "../src/write-items.ts";

export type { Member };

export interface TestTable extends AsyncDisposable {
  client: DynamoDBClient;
  endpoint: string;
  tableName: string;
  createStore(options?: { now?: () => number }): MessagesStore;
}

/** A DynamoDB engine in memory with the table. Without a stream, which would slow it down, by default. */
async function startTable(options: { stream?: boolean } = {}): Promise<TestTable> {
  const engine = await startDynamoDb();
  const client = createDynamoDbClient({ endpoint: engine.endpoint });
  await ensureTable(client, { stream: options.stream ?? false });
  return {
    client,
    endpoint: engine.endpoint,
    tableName: TABLE_NAME,
    createStore: ({ now } = {}) => createMessagesStore({ client, ...(now ? { now } : {}) }),
    async [Symbol.asyncDispose]() {
      client.destroy();
      await engine.stop();
    },
  };
}

/** The table of a test file: created before its first test, gone after its last. */
export function useTable(options?: { stream?: boolean }): TestTable {
  const table = {} as TestTable;
  beforeAll(async () => {
    Object.assign(table, await startTable(options));
    return () => table[Symbol.asyncDispose]();
  });
  return table;
}

export function person(handle: string): Member {
  return { user_uuid: randomUUID(), handle, display_name: handle.toUpperCase() };
}

export function people(count: number): Member[] {
  return Array.from({ length: count }, (_, index) => person(`person${index}`));
}

/** A member's membership; fails when there is none. */
export async function membershipOf(
  store: MessagesStore,
  member: Member,
  message_group_uuid: string,
): Promise<Membership> {
  const { user_uuid } = member;
  const membership = await store.getMembership({ user_uuid, message_group_uuid });
  if (membership === null) throw new Error("no membership");
  return membership;
}

/** The member at an index at which there is one. */
export function at(members: readonly Member[], index: number): Member {
  const member = members[index];
  if (member === undefined) throw new Error("no such member");
  return member;
}

/** Makes a group whose first member is its owner; `by` names a new change of it by one of them. */
export async function createGroup(store: MessagesStore, count: number) {
  const members = people(count);
  const message_group_uuid = randomUUID();
  await store.createMessageGroup({ message_group_uuid, members, client_id: randomUUID() });
  const by = (index: number) => ({
    ...{ message_group_uuid, actor: at(members, index), op_id: randomUUID() },
  });
  return { message_group_uuid, members, by };
}

/** Sends as a member of an existing message group, under a new client_id. */
export async function send(
  store: MessagesStore,
  sender: Member,
  message_group_uuid: string,
  message: string,
): Promise<StoredMessage> {
  const membership = await membershipOf(store, sender, message_group_uuid);
  return store.sendMessage({ sender, client_id: randomUUID(), message, membership });
}

/** Makes a pair's message group with its first message. */
export async function startPair(
  store: MessagesStore,
  [a, b]: [Member, Member],
  message = "first",
): Promise<StoredMessage> {
  return store.sendToPerson({ sender: a, receiver: b, client_id: randomUUID(), message });
}

export async function historyOf(
  store: MessagesStore,
  message_group_uuid: string,
): Promise<StoredMessage[]> {
  const { items } = await store.listMessages({
    joined_after: null,
    message_group_uuid,
    limit: 1_000,
  });
  return items;
}

/** Writes many items as they are, without conditions. */
export function writeItems(table: TestTable, items: readonly Item[]): Promise<void> {
  return putItems(table.client, items, table.tableName);
}

/** A client that calls `before` with each command on its way to the table. */
export function interpose(
  client: MessagesTableClient,
  before: (command: { input: object }) => Promise<void>,
): MessagesTableClient {
  return {
    async send(command) {
      await before(command);
      return client.send(command);
    },
    destroy() {},
  };
}

/** Size of an item as DynamoDB counts: names and values in UTF-8, numbers about half their digits. */
export function sizeOf(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value),
    0,
  );
}

function sizeOfValue({ S, N, L }: Item[string]): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (L !== undefined) return L.reduce((sum, each) => sum + sizeOfValue(each) + 1, 3);
  return Math.ceil((N ?? "").length / 2) + 1;
}
