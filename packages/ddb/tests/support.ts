import { randomUUID } from "node:crypto";
import type { DynamoDBClient, ReturnConsumedCapacity } from "@aws-sdk/client-dynamodb";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { createDynamoDbClient } from "../src/client.ts";
import { ensureTable } from "../src/create-table.ts";
import { createMessagesStore } from "../src/store.ts";
import { TABLE_NAME } from "../src/table.ts";
import type { GroupRow, Member, MessagesStore, StoredMessage } from "../src/types.ts";

export interface TestTable extends AsyncDisposable {
  client: DynamoDBClient;
  endpoint: string;
  tableName: string;
  createStore(options?: { now?: () => number }): MessagesStore;
}

/** A real engine in memory with the table in it. Without a stream unless asked: it is faster. */
export async function startTable(options: { stream?: boolean } = {}): Promise<TestTable> {
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

export function person(handle: string): Member {
  return { user_uuid: randomUUID(), handle, display_name: handle.toUpperCase() };
}

export function people(count: number): Member[] {
  return Array.from({ length: count }, (_, index) => person(`person${index}`));
}

/** A member's row; fails when there is none. */
export async function rowOf(
  store: MessagesStore,
  member: Member,
  message_group_uuid: string,
): Promise<GroupRow> {
  const row = await store.getGroupRow({ user_uuid: member.user_uuid, message_group_uuid });
  if (row === null) throw new Error("no group row");
  return row;
}

/** Sends as a member of an existing group, under a fresh client_id. */
export async function send(
  store: MessagesStore,
  sender: Member,
  message_group_uuid: string,
  message: string,
): Promise<StoredMessage> {
  const row = await rowOf(store, sender, message_group_uuid);
  return store.sendMessage({ sender, client_id: randomUUID(), message, row });
}

/** A pair's group with its first message. */
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
  const { items } = await store.listMessages({ message_group_uuid, limit: 1_000 });
  return items;
}

export interface Meter {
  writeUnits: number;
  readUnits: number;
  calls: string[];
  /** Write units by partition key of the request, for hot-partition counts. */
  reset(): void;
}

interface Capacity {
  CapacityUnits?: number;
  ReadCapacityUnits?: number;
  WriteCapacityUnits?: number;
}

/** Counts what every call through the client consumes, indexes included. */
export function meter(client: DynamoDBClient): Meter {
  const state: Meter = {
    writeUnits: 0,
    readUnits: 0,
    calls: [],
    reset() {
      Object.assign(state, { writeUnits: 0, readUnits: 0, calls: [] });
    },
  };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const name = context.commandName ?? "";
      const input = args.input as { ReturnConsumedCapacity?: ReturnConsumedCapacity };
      input.ReturnConsumedCapacity = "INDEXES";
      const result = await next(args);
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Capacity | Capacity[] };
      state.calls.push(name);
      for (const capacity of [ConsumedCapacity ?? []].flat()) {
        const units = capacity.CapacityUnits ?? 0;
        if (/Get|Query|Scan/.test(name)) state.readUnits += units;
        else state.writeUnits += units;
      }
      return result;
    },
    { step: "initialize", name: "meter" },
  );
  return state;
}
