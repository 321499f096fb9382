import { randomUUID } from "node:crypto";
import { createVapidKeys } from "@cruddur/command-line/vapid-keys";
import type { LogEntry } from "@cruddur/contract/json-log";
import { createDb, type DbClient } from "@cruddur/db/client";
import { createDevices } from "@cruddur/db/devices";
import { migrateDb } from "@cruddur/db/migrate";
import { createPushSubscriptions } from "@cruddur/db/push-subscriptions";
import { createSessionRecords } from "@cruddur/db/session-records";
import { createUsers } from "@cruddur/db/users";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { toMessageItem } from "@cruddur/ddb/message-item";
import { createPushReads } from "@cruddur/ddb/push-reads";
import { createMessagesStore, type MessagesStore } from "@cruddur/ddb/store";
import type { Member, StoredMessage } from "@cruddur/ddb/types";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { startPostgres } from "@cruddur/engines/postgres";
import { type PushService, startPushService } from "@cruddur/engines/push-service";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { createPushBatch } from "../src/push-batch.ts";
import { createPushSender } from "../src/send-push.ts";

const vapid = createVapidKeys();
let client: ReturnType<typeof createDynamoDbClient>;
let store: MessagesStore;
let db: DbClient["db"];
let service: PushService;
let handle: ReturnType<typeof createPushBatch>;
let logs: LogEntry[] = [];
let received = 0;

beforeAll(async () => {
  const [engine, postgres] = await Promise.all([startDynamoDb(), startPostgres()]);
  await migrateDb(postgres.connectionUrl);
  client = createDynamoDbClient({ endpoint: engine.endpoint });
  await ensureTable(client, { stream: false });
  const database = createDb({ connectionUrl: postgres.connectionUrl, max: 2 });
  service = await startPushService();
  store = createMessagesStore({ client });
  db = database.db;
  handle = createPushBatch({
    reads: createPushReads({ client }),
    subscriptions: createPushSubscriptions(db),
    send: createPushSender({
      ...vapid,
      ...{ subject: "mailto:operator@example.com", services: [service.origin], retryDelayMs: 1 },
    }),
    log: (entry) => void logs.push(entry),
  });
  return async () => {
    client.destroy();
    await Promise.all([database.close(), service[Symbol.asyncDispose]()]);
    await Promise.all([engine.stop(), postgres.stop()]);
  };
});

beforeEach(() => {
  logs = [];
  received = service.received.length;
});

interface Person extends Member {
  origin_jti: string;
}

/** A person who is signed in once. */
async function person(name: string): Promise<Person> {
  const handle = `${name}-${randomUUID().slice(0, 8)}`;
  const { uuid: user_uuid } = await createUsers(db).ensureUser({
    ...{ cognito_user_id: randomUUID(), handle, display_name: name },
    ...{ email: `${handle}@example.com`, email_verified: true },
  });
  const origin_jti = randomUUID();
  const use = { device: "browser", address: "192.0.2.1" };
  await createDevices(db).recordUse({ origin_jti, user_uuid }, use, new Date());
  return { user_uuid, handle, display_name: name, origin_jti };
}

async function subscribe(who: Person): Promise<string> {
  const browser = service.subscribe(vapid.publicKey);
  await createPushSubscriptions(db).put(who, browser);
  return browser.endpoint;
}

/** A group of people, each with one browser. */
async function group(...names: string[]) {
  const people = await Promise.all(names.map(person));
  const endpoints = await Promise.all(people.map(subscribe));
  const message_group_uuid = randomUUID();
  const members = people.map(({ origin_jti: _, ...member }) => member);
  await store.createMessageGroup({ client_id: randomUUID(), message_group_uuid, members });
  return { people, endpoints, message_group_uuid };
}

async function send(sender: Person, message_group_uuid: string, mentions?: string[]) {
  const { user_uuid } = sender;
  const membership = await store.getMembership({ user_uuid, message_group_uuid });
  if (membership === null) throw new Error("no membership");
  const message = "a quokka's secret";
  return store.sendMessage({ sender, client_id: randomUUID(), message, membership, mentions });
}

let sequence = 100n;
function recordOf(message: StoredMessage) {
  sequence += 1n;
  const NewImage = toMessageItem(message);
  const { pk, sk } = NewImage;
  const dynamodb = { SequenceNumber: String(sequence), Keys: { pk, sk }, NewImage };
  return { eventName: "INSERT", dynamodb };
}

/** The pushes that a batch with these messages sends. */
async function pushesOf(...messages: StoredMessage[]) {
  const from = service.received.length;
  const { batchItemFailures } = await handle({ Records: messages.map(recordOf) });
  expect(batchItemFailures).toEqual([]);
  return service.received.slice(from);
}

test("each other member's browser gets one signed push of ids alone, which only it can decrypt", async () => {
  const { people, endpoints, message_group_uuid } = await group("Ana", "Ben", "Cyd");
  const [ana, ben, cyd] = people as [Person, Person, Person];
  const second = await subscribe(ben);
  const message = await send(ana, message_group_uuid);
  const pushes = await pushesOf(message);
  expect(service.refused).toEqual([]);
  expect(pushes.map(({ endpoint }) => endpoint).sort()).toEqual(
    [endpoints[1], endpoints[2], second].sort(),
  );
  const payloadFor = ({ user_uuid }: Person) => ({
    ...{ kind: "message", message_group_uuid, message_uuid: message.uuid, user_uuid },
  });
  const byEndpoint = new Map(pushes.map((push) => [push.endpoint, JSON.parse(push.text)]));
  expect(byEndpoint.get(endpoints[1] ?? "")).toEqual(payloadFor(ben));
  expect(byEndpoint.get(endpoints[2] ?? "")).toEqual(payloadFor(cyd));
  const { claims, headers } = pushes[0] ?? {};
  expect(claims).toMatchObject({ aud: service.origin, sub: "mailto:operator@example.com" });
  expect(headers).toMatchObject({ urgency: "high", topic: expect.stringMatching(/^[\w-]{32}$/) });
  expect(JSON.stringify([pushes, logs])).not.toMatch(/quokka|Ana|Ben/);
  expect(logs).toMatchObject([{ event: "pushes", sent: 3, gone: 0, failed: 0 }]);
});

test("only the newest of several messages of a conversation in one batch makes a push", async () => {
  const { people, message_group_uuid } = await group("Ana", "Ben");
  const [ana] = people as [Person];
  const messages = [];
  for (let i = 0; i < 3; i += 1) messages.push(await send(ana, message_group_uuid));
  const pushes = await pushesOf(...messages, messages[0] as StoredMessage);
  expect(pushes.map(({ text }) => JSON.parse(text).message_uuid)).toEqual([messages[2]?.uuid]);
});

test("a muted member receives a push only for a mention, and for none where they have turned that off", async () => {
  const { people, message_group_uuid } = await group("Ana", "Ben");
  const [ana, ben] = people as [Person, Person];
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await store.muteConversation(
    { user_uuid: ben.user_uuid, message_group_uuid },
    { muted_until: until },
  );
  expect(await pushesOf(await send(ana, message_group_uuid))).toEqual([]);
  expect(await pushesOf(await send(ana, message_group_uuid, [ben.user_uuid]))).toHaveLength(1);
  await createUsers(db).updateUser(ben.user_uuid, { mentions_break_mutes: false });
  expect(await pushesOf(await send(ana, message_group_uuid, [ben.user_uuid]))).toEqual([]);
});

test("a member who has read the message, has left the group or is signed out receives no push", async () => {
  const { people, message_group_uuid } = await group("Ana", "Ben", "Cyd", "Dee");
  const [ana, ben, cyd, dee] = people as [Person, Person, Person, Person];
  const message = await send(ana, message_group_uuid);
  const { uuid: message_uuid } = message;
  await store.markRead({ user_uuid: ben.user_uuid, message_group_uuid, message_uuid });
  const change = { message_group_uuid, actor: ana, op_id: randomUUID() };
  await store.removeMember({ ...change, user_uuid: cyd.user_uuid });
  await createSessionRecords(db).endAllSessions(dee.user_uuid);
  await subscribe(dee);
  expect(await pushesOf(message)).toEqual([]);
});

test("the push about a stranger's message says that it is a request, and the folder of requests makes no push", async () => {
  const [stranger, ben, cyd] = await Promise.all(["Sly", "Ben", "Cyd"].map(person));
  if (stranger === undefined || ben === undefined || cyd === undefined) throw new Error("nobody");
  await Promise.all([ben, cyd].map(subscribe));
  const write = (receiver: Person, folder: "inbox" | "requests") =>
    store.sendToPerson({
      ...{ sender: stranger, receiver, client_id: randomUUID(), message: "hi" },
      firstMessage: folder,
    } as Parameters<MessagesStore["sendToPerson"]>[0]);
  const [push, ...others] = await pushesOf(await write(ben, "inbox"));
  expect(JSON.parse(push?.text ?? "")).toMatchObject({ kind: "request", user_uuid: ben.user_uuid });
  expect(others).toEqual([]);
  expect(await pushesOf(await write(cyd, "requests"))).toEqual([]);
});

test.each([404, 410])(
  "a subscription that its service answers with %i is dropped",
  async (status) => {
    const { people, endpoints, message_group_uuid } = await group("Ana", "Ben");
    const [ana, ben] = people as [Person, Person];
    service.answer(endpoints[1] ?? "", status);
    expect(await pushesOf(await send(ana, message_group_uuid))).toEqual([]);
    expect(logs).toMatchObject([{ gone: 1 }]);
    expect(await createPushSubscriptions(db).listReceivers([ben.user_uuid])).toEqual([]);
  },
);

test.each([307, 429, 500])(
  "a push service that answers with %i keeps no other push from being sent",
  async (status) => {
    const { people, endpoints, message_group_uuid } = await group("Ana", "Ben", "Cyd");
    const [ana, ben] = people as [Person, Person];
    service.answer(endpoints[1] ?? "", status);
    const pushes = await pushesOf(await send(ana, message_group_uuid));
    expect(pushes.map(({ endpoint }) => endpoint)).toEqual([endpoints[2]]);
    expect(logs).toMatchObject([{ level: "warn", sent: 1, failed: 1 }]);
    expect(await createPushSubscriptions(db).listReceivers([ben.user_uuid])).toHaveLength(1);
  },
);

test("a subscription whose address belongs to no allowed push service is never called, and is dropped", async () => {
  const { people, message_group_uuid } = await group("Ana", "Ben");
  const [ana, ben] = people as [Person, Person];
  const { p256dh, auth } = service.subscribe(vapid.publicKey);
  const other = await startPushService();
  const endpoint = `${other.origin}/push/inside`;
  await createPushSubscriptions(db).put(ben, { endpoint, p256dh, auth });
  other.answer(endpoint, 201);
  expect(await pushesOf(await send(ana, message_group_uuid))).toHaveLength(1);
  expect(logs).toMatchObject([{ sent: 1, gone: 1 }]);
  await other[Symbol.asyncDispose]();
});

test("a subscription whose keys encrypt nothing is dropped at once, and not tried again", async () => {
  const { people, endpoints, message_group_uuid } = await group("Ana", "Ben", "Cyd");
  const [ana, ben] = people as [Person, Person];
  const [, endpoint = ""] = endpoints;
  const keys = { p256dh: `B${"c".repeat(86)}`, auth: "d".repeat(22) };
  await createPushSubscriptions(db).put(ben, { endpoint, ...keys });
  expect(await pushesOf(await send(ana, message_group_uuid))).toHaveLength(1);
  expect(logs).toMatchObject([{ sent: 1, gone: 1, failed: 0 }]);
  expect(await createPushSubscriptions(db).listReceivers([ben.user_uuid])).toEqual([]);
});

test("pushes that have not begun when the time of a batch is over are lost, and hold nothing up", async () => {
  const { people, message_group_uuid } = await group("Ana", "Ben", "Cyd");
  const [ana] = people as [Person];
  const late = createPushBatch({
    reads: createPushReads({ client }),
    subscriptions: createPushSubscriptions(db),
    send: () => Promise.reject(new Error("must not be called")),
    log: (entry) => void logs.push(entry),
    pushBudgetMs: 0,
  });
  const Records = [recordOf(await send(ana, message_group_uuid))];
  expect(await late({ Records })).toEqual({ batchItemFailures: [] });
  expect(logs).toMatchObject([{ level: "warn", sent: 0, failed: 2 }]);
});

test("while the table or Postgres is down, no push is sent and the first record is asked for again", async () => {
  const { people, message_group_uuid } = await group("Ana", "Ben");
  const [ana] = people as [Person];
  const messages = [await send(ana, message_group_uuid), await send(ana, message_group_uuid)];
  const Records = messages.map(recordOf);
  const down = createDb({ connectionUrl: "postgres://127.0.0.1:1/none", timeoutMs: 500 });
  const runWith = (listMemberUuids: MessagesStore["listMemberUuids"]) =>
    createPushBatch({
      reads: { ...createPushReads({ client }), listMemberUuids },
      subscriptions: createPushSubscriptions(down.db),
      send: () => Promise.reject(new Error("must not be called")),
      log: (entry) => void logs.push(entry),
    })({ Records });
  const first = { batchItemFailures: [{ itemIdentifier: Records[0]?.dynamodb.SequenceNumber }] };
  expect(await runWith((id) => store.listMemberUuids(id))).toEqual(first);
  expect(await runWith(() => Promise.reject(new TypeError("secret")))).toEqual(first);
  // The index of members may lag behind a group that was just made.
  expect(await runWith(async () => [ana.user_uuid])).toEqual(first);
  expect(service.received).toHaveLength(received);
  expect(JSON.stringify(logs)).not.toContain("secret");
  await down.close();
});

test("a record that is not a valid message, or is no insert, is ignored", async () => {
  const { people, message_group_uuid } = await group("Ana", "Ben");
  const record = recordOf(await send(people[0] as Person, message_group_uuid));
  const { user_uuid: _, ...damaged } = record.dynamodb.NewImage;
  const Records = [
    { ...record, eventName: "MODIFY" },
    { ...record, dynamodb: { ...record.dynamodb, NewImage: damaged } },
    {},
  ];
  expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
  expect(service.received).toHaveLength(received);
});
