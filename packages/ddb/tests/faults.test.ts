import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createDynamoDbClient } from "../src/client.ts";
import { createMessagesStore } from "../src/store.ts";
import { historyOf, membershipOf, person, startPair, useTable } from "./support.ts";

const table = useTable();

/** What happens to a request on its way to the table; `send` sends it. */
type Fault = (operation: string, send: () => Promise<void>) => Promise<void> | undefined;

/** A store of which every request, including the SDK's own retries, may meet a fault. */
function createFaultyStore(fault: Fault) {
  const client = createDynamoDbClient({ endpoint: table.endpoint });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      let result: Awaited<ReturnType<typeof next>> | undefined;
      const send = async () => {
        result = await next(args);
      };
      await (fault(context.commandName ?? "", send) ?? send());
      return result ?? next(args);
    },
    { step: "deserialize", name: "faults" },
  );
  return createMessagesStore({ client });
}

function failure(name: string, extra: object = {}): Error {
  return Object.assign(new Error(name), { name, ...extra });
}

describe("a send", () => {
  it("whose send claim and message both time out after they were written is stored once", async () => {
    let timeouts = 0;
    const store = createFaultyStore((name, send) => {
      if (name !== "PutItemCommand" || timeouts++ % 2 === 1) return undefined;
      return send().then(() => Promise.reject(failure("TimeoutError")));
    });
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(table.createStore(), [a, b]);
    const membership = await membershipOf(table.createStore(), a, message_group_uuid);
    const sent = await store.sendMessage({
      sender: a,
      client_id: randomUUID(),
      message: "x",
      membership,
    });
    expect(timeouts).toBe(4);
    const history = await historyOf(table.createStore(), message_group_uuid);
    expect(history.slice(1)).toEqual([sent]);
  });

  it("that is throttled on every attempt ends in a typed error and is safe to repeat", async () => {
    const store = createFaultyStore((name) =>
      name === "PutItemCommand" ? Promise.reject(failure("ThrottlingException")) : undefined,
    );
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(table.createStore(), [a, b]);
    const membership = await membershipOf(table.createStore(), a, message_group_uuid);
    const input = { sender: a, client_id: randomUUID(), message: "x", membership };
    const sending = store.sendMessage(input);
    await expect(sending).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 1 });
    await table.createStore().sendMessage(input);
    expect(await historyOf(table.createStore(), message_group_uuid)).toHaveLength(2);
  });

  it("to a table that can't be reached throws `unavailable`, not an error of the SDK", async () => {
    const client = createDynamoDbClient({ endpoint: "http://127.0.0.1:1", maxAttempts: 1 });
    const reading = createMessagesStore({ client }).getMembership({
      user_uuid: randomUUID(),
      message_group_uuid: randomUUID(),
    });
    await expect(reading).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("a first message", () => {
  const conflict = () =>
    failure("TransactionCanceledException", {
      CancellationReasons: [{ Code: "TransactionConflict" }, { Code: "None" }, { Code: "None" }],
    });

  it("whose transaction conflicts is retried until it is stored", async () => {
    let refused = 0;
    const store = createFaultyStore((name) => {
      if (name !== "TransactWriteItemsCommand" || refused === 3) return undefined;
      refused += 1;
      return Promise.reject(conflict());
    });
    const sent = await startPair(store, [person("a"), person("b")]);
    expect(refused).toBe(3);
    expect(await historyOf(table.createStore(), sent.message_group_uuid)).toEqual([sent]);
  });

  it("whose transaction fails on every attempt stores nothing, and is safe to repeat", async () => {
    const store = createFaultyStore((name) =>
      name === "TransactWriteItemsCommand" ? Promise.reject(conflict()) : undefined,
    );
    const [sender, receiver] = [person("a"), person("b")];
    const input = { sender, receiver, client_id: randomUUID(), message: "hi" };
    await expect(store.sendToPerson(input)).rejects.toMatchObject({ code: "unavailable" });
    const inbox = { user_uuid: receiver.user_uuid, limit: 20 };
    expect((await table.createStore().listInbox(inbox)).items).toEqual([]);
    await table.createStore().sendToPerson(input);
    expect((await table.createStore().listInbox(inbox)).items).toHaveLength(1);
  });

  it("that loses a race changes no membership of the winner, and goes into the winner's message group", async () => {
    const [a, b] = [person("a"), person("b")];
    let theirs: Awaited<ReturnType<typeof startPair>> | undefined;
    const store = createFaultyStore((name, pass) => {
      if (name !== "TransactWriteItemsCommand" || theirs !== undefined) return undefined;
      return startPair(table.createStore(), [b, a], "theirs").then((sent) => {
        theirs = sent;
        return pass();
      });
    });
    const ours = await startPair(store, [a, b], "ours");
    const messageGroup = ours.message_group_uuid;
    const history = await historyOf(store, messageGroup);
    expect(history.map(({ uuid }) => uuid)).toEqual([theirs?.uuid, ours.uuid]);
    const memberships = await Promise.all(
      [a, b].map((member) => membershipOf(store, member, messageGroup)),
    );
    expect(memberships.map((each) => [each.unread_count, each.last_message?.message])).toEqual([
      [1, "theirs"],
      [0, "theirs"],
    ]);
  });

  it("whose answer is lost leaves no half-made message group, and its repeat returns what was stored", async () => {
    const store = createFaultyStore((name, send) =>
      name === "TransactWriteItemsCommand"
        ? send().then(() => Promise.reject(failure("TimeoutError")))
        : undefined,
    );
    const [sender, receiver] = [person("a"), person("b")];
    const input = { sender, receiver, client_id: randomUUID(), message: "hi" };
    await expect(store.sendToPerson(input)).rejects.toMatchObject({ code: "unavailable" });
    const again = await table.createStore().sendToPerson(input);
    expect(await historyOf(table.createStore(), again.message_group_uuid)).toEqual([again]);
    for (const { user_uuid } of [sender, receiver]) {
      const { items } = await table.createStore().listInbox({ user_uuid, limit: 20 });
      expect(items).toHaveLength(1);
    }
  });
});

describe("reading the memberships of a message group", () => {
  it("includes the keys that the table left unprocessed", async () => {
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(table.createStore(), [a, b]);
    const client = createDynamoDbClient({ endpoint: table.endpoint });
    let calls = 0;
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { RequestItems } = args.input as {
          RequestItems?: Record<string, { Keys: unknown[] }>;
        };
        const keys = RequestItems?.[table.tableName]?.Keys;
        if (keys === undefined || calls++ > 0) return result;
        const output = { ...result.output, Responses: {}, UnprocessedKeys: RequestItems };
        return { ...result, output };
      },
      { step: "initialize", name: "unprocessed" },
    );
    const memberships = await createMessagesStore({ client }).getMemberships({
      message_group_uuid,
      user_uuids: [a.user_uuid, b.user_uuid],
    });
    client.destroy();
    expect(memberships).toHaveLength(2);
    expect(calls).toBe(2);
  });
});

describe("the table in AWS", () => {
  it("is only reached over https", async () => {
    const spoken: unknown[] = [];
    const requestHandler = {
      async handle({ protocol, hostname }: { protocol: string; hostname: string }) {
        spoken.push([protocol, hostname]);
        throw failure("TimeoutError");
      },
    };
    const client = createDynamoDbClient({
      region: "eu-west-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 1,
      requestHandler: requestHandler as never,
    });
    const id = { user_uuid: randomUUID(), message_group_uuid: randomUUID() };
    const reading = createMessagesStore({ client }).getMembership(id);
    await expect(reading).rejects.toMatchObject({ code: "unavailable" });
    expect(spoken).toEqual([["https:", "dynamodb.eu-west-1.amazonaws.com"]]);
    client.destroy();
  });
});
