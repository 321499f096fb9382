import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LogEntry } from "@cruddur/contract/json-log";
import type { Item } from "@cruddur/ddb/attributes";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import type { DeadLetter, DeadLetters } from "@cruddur/ddb/dead-letters";
import { toMessageItem } from "@cruddur/ddb/message-item";
import { createProjection, type OperatorProjection } from "@cruddur/ddb/projection";
import type { MessagesStore } from "@cruddur/ddb/store";
import { createMessagesStore } from "@cruddur/ddb/store";
import type { Member, Membership, StoredMessage } from "@cruddur/ddb/types";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { beforeAll } from "vitest";
import { createProjectBatch, type StreamBatch } from "../src/project-batch.ts";

/** A stream record as Lambda gets it. */
export interface StreamRecord {
  eventName: string;
  dynamodb: { SequenceNumber: string; Keys: Item; NewImage: Item };
}

interface TestStack extends AsyncDisposable {
  client: DynamoDBClient;
  store: MessagesStore;
  projection: OperatorProjection;
  /** Makes a group of so many members; the first one is its owner. */
  createMessageGroup(count: number): Promise<{ message_group_uuid: string; members: Member[] }>;
  addMember(message_group_uuid: string, actor: Member, member: Member): Promise<void>;
  removeMember(message_group_uuid: string, actor: Member, member: Member): Promise<void>;
  /** Sends a message and returns its stream record. */
  send(sender: Member, message_group_uuid: string, message?: string): Promise<StreamRecord>;
  membership(member: Member, message_group_uuid: string): Promise<Membership>;
}

async function startStack(): Promise<TestStack> {
  const engine = await startDynamoDb();
  const client = createDynamoDbClient({ endpoint: engine.endpoint });
  await ensureTable(client, { stream: false });
  const store = createMessagesStore({ client });
  const membership = async ({ user_uuid }: Member, message_group_uuid: string) => {
    const found = await store.getMembership({ user_uuid, message_group_uuid });
    if (found === null) throw new Error("no membership");
    return found;
  };
  return {
    client,
    store,
    projection: createProjection({ client }),
    membership,
    async createMessageGroup(count) {
      const members = Array.from({ length: count }, (_, index) => person(`person${index}`));
      const message_group_uuid = randomUUID();
      await store.createMessageGroup({ client_id: randomUUID(), message_group_uuid, members });
      return { message_group_uuid, members };
    },
    async addMember(message_group_uuid, actor, { user_uuid }) {
      const change = { message_group_uuid, actor, op_id: randomUUID() };
      await store.addMembers({ ...change, user_uuids: [user_uuid] });
    },
    async removeMember(message_group_uuid, actor, { user_uuid }) {
      await store.removeMember({ message_group_uuid, actor, op_id: randomUUID(), user_uuid });
    },
    async send(sender, message_group_uuid, message = "hello") {
      const ofSender = await membership(sender, message_group_uuid);
      const input = { sender, client_id: randomUUID(), message, membership: ofSender };
      return recordOf(await store.sendMessage(input));
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await engine.stop();
    },
  };
}

/** The table of a test file: created before its first test, gone after its last. */
export function useStack(): TestStack {
  const stack = {} as TestStack;
  beforeAll(async () => {
    Object.assign(stack, await startStack());
    return () => stack[Symbol.asyncDispose]();
  });
  return stack;
}

export function person(handle: string): Member {
  return { user_uuid: randomUUID(), handle, display_name: handle };
}

/** The member at an index at which the message group has one. */
export function at(members: readonly Member[], index: number): Member {
  const member = members[index];
  if (member === undefined) throw new Error("no such member");
  return member;
}

/** The preview of each membership. */
export function texts(memberships: { last_message: { message: string } | null }[]) {
  return memberships.map((each) => each.last_message?.message);
}

let sequence = 100_000_000_000_000_000_000n;

export function recordOf(
  message: StoredMessage,
  eventName: "INSERT" | "MODIFY" = "INSERT",
): StreamRecord {
  sequence += 1n;
  const item = toMessageItem(message);
  const { pk, sk } = item;
  return {
    eventName,
    dynamodb: {
      SequenceNumber: String(sequence),
      Keys: { pk, sk } as Item,
      NewImage: item,
    },
  };
}

/** The batch function, with its log and dead sentDeadLetters in memory. */
export function createRunner(projection: OperatorProjection, deadLetters?: DeadLetters) {
  const logs: LogEntry[] = [];
  const sentDeadLetters: DeadLetter[] = [];
  const projectBatch = createProjectBatch({
    projection,
    log: (entry) => logs.push(entry),
    deadLetters: deadLetters ?? {
      async send(deadLetter) {
        sentDeadLetters.push(deadLetter);
      },
    },
  });
  const run = async (...Records: StreamBatch["Records"]) => {
    const { batchItemFailures } = await projectBatch({ Records });
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { run, logs, sentDeadLetters };
}
