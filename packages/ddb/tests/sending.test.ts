import { randomUUID } from "node:crypto";
import { DeleteItemCommand, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { messageKey } from "../src/items/message-item.ts";
import { TTL_ATTRIBUTE } from "../src/table.ts";
import {
  historyOf,
  type Member,
  membershipOf,
  people,
  person,
  send,
  startPair,
  useTable,
} from "./support.ts";

const table = useTable();

describe("sending", () => {
  it("a client_id sent 20 times at once stores one message, and everyone gets it back", async () => {
    const [a, b] = [person("a"), person("b")];
    const stores = [table.createStore(), table.createStore()];
    const { message_group_uuid } = await startPair(table.createStore(), [a, b]);
    const membership = await membershipOf(table.createStore(), a, message_group_uuid);
    const client_id = randomUUID();
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        stores[index % 2]?.sendMessage({
          sender: a,
          client_id,
          message: `try ${index}`,
          membership,
        }),
      ),
    );
    const history = await historyOf(table.createStore(), message_group_uuid);
    expect(history).toHaveLength(2);
    for (const message of sent) expect(message).toEqual(history[1]);
  });

  it("a repeat after the send claim and before the message stores it in the place claimed first", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    const membership = await membershipOf(store, a, message_group_uuid);
    const input = { sender: a, client_id: randomUUID(), message: "once", membership };
    const first = await store.sendMessage(input);
    await table.client.send(
      new DeleteItemCommand({
        TableName: table.tableName,
        Key: messageKey(message_group_uuid, first.uuid),
      }),
    );
    await send(store, b, message_group_uuid, "meanwhile");
    const again = await table.createStore().sendMessage(input);
    expect(again).toEqual(first);
    const texts = (await historyOf(store, message_group_uuid)).map(({ message }) => message);
    expect(texts).toEqual(["first", "once", "meanwhile"]);
  });

  it("a client_id used in another message group is refused and stores nothing", async () => {
    const store = table.createStore();
    const [a, b, c] = [person("a"), person("b"), person("c")];
    const client_id = randomUUID();
    await store.sendToPerson({ sender: a, receiver: b, client_id, message: "to b" });
    const toC = store.sendToPerson({ sender: a, receiver: c, client_id, message: "to c" });
    await expect(toC).rejects.toMatchObject({ code: "client_id_reused" });
    const inbox = await store.listInbox({ user_uuid: c.user_uuid, limit: 20 });
    expect(inbox.items).toEqual([]);
  });

  it("a send claim is kept for 400 days, longer than any client keeps a draft", async () => {
    const nowMs = 1_700_000_000_000;
    const [sender, receiver] = [person("a"), person("b")];
    const client_id = randomUUID();
    await table
      .createStore({ now: () => nowMs })
      .sendToPerson({ sender, receiver, client_id, message: "hello" });
    const Key = { pk: { S: `CLM#${sender.user_uuid}` }, sk: { S: client_id } };
    const { Item } = await table.client.send(
      new GetItemCommand({ TableName: table.tableName, Key }),
    );
    expect(Item?.[TTL_ATTRIBUTE]).toEqual({ N: String(nowMs / 1_000 + 400 * 86_400) });
  });

  it("the same client_id of two senders is two drafts", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const client_id = randomUUID();
    const one = await store.sendToPerson({ sender: a, receiver: b, client_id, message: "one" });
    await store.sendToPerson({ sender: b, receiver: a, client_id, message: "two" });
    expect(await historyOf(store, one.message_group_uuid)).toHaveLength(2);
  });

  it("two messages of one instant are both kept, in the order they were sent", async () => {
    const store = table.createStore({ now: () => 1_700_000_000_000 });
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b], "m0");
    for (let index = 1; index < 10; index += 1) {
      await send(store, index % 2 ? b : a, message_group_uuid, `m${index}`);
    }
    const texts = (await historyOf(store, message_group_uuid)).map(({ message }) => message);
    expect(texts).toEqual(Array.from({ length: 10 }, (_, index) => `m${index}`));
  });

  it("two messages of one instant, from two servers, don't overwrite each other", async () => {
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(table.createStore(), [a, b]);
    const memberships = await Promise.all(
      [a, b].map((m) => membershipOf(table.createStore(), m, message_group_uuid)),
    );
    const now = () => 1_900_000_000_000;
    const sent = await Promise.all(
      [a, b].map((sender, index) => {
        const membership = memberships[index];
        if (membership === undefined) throw new Error("no membership");
        const input = {
          sender,
          client_id: randomUUID(),
          message: `from ${sender.handle}`,
          membership,
        };
        return table.createStore({ now }).sendMessage(input);
      }),
    );
    expect(new Set(sent.map(({ created_at }) => created_at)).size).toBe(1);
    const history = await historyOf(table.createStore(), message_group_uuid);
    expect(history.slice(1).map(({ uuid }) => uuid)).toEqual(sent.map(({ uuid }) => uuid).sort());
  });

  it("a message at a whole second, or at midnight, can be read", async () => {
    for (const moment of ["2027-03-24T10:20:30.000Z", "2027-01-01T00:00:00.000Z"]) {
      const store = table.createStore({ now: () => Date.parse(moment) });
      const sent = await startPair(store, [person("a"), person("b")]);
      expect(sent.created_at).toBe(moment);
      expect(await historyOf(store, sent.message_group_uuid)).toEqual([sent]);
    }
  });

  it("two conversations updated at one instant are both in the inbox, also in pages of one", async () => {
    const store = table.createStore({ now: () => 1_700_000_000_000 });
    const [me, ...others] = people(4) as [Member, ...Member[]];
    // Each from a server of its own: their uuids carry the very same millisecond.
    for (const other of others) {
      await startPair(table.createStore({ now: () => 1_700_000_000_000 }), [other, me]);
    }
    const { user_uuid } = me;
    const { items } = await store.listInbox({ user_uuid, limit: 20 });
    expect(new Set(items.map(({ last_message }) => last_message?.created_at)).size).toBe(1);
    expect(items.map(({ other }) => other?.handle).sort()).toEqual(others.map((o) => o.handle));
    const paged: string[] = [];
    let page = await store.listInbox({ user_uuid, limit: 1 });
    for (;;) {
      paged.push(...page.items.map((each) => each.message_group_uuid));
      if (page.next === null) break;
      page = await store.listInbox({ user_uuid, limit: 1, position: page.next });
    }
    expect(paged).toEqual(items.map((each) => each.message_group_uuid));
  });

  it("an answer sorts after its question although its server's clock is behind", async () => {
    const [a, b] = [person("a"), person("b")];
    const ahead = table.createStore({ now: () => 1_700_000_030_000 });
    const behind = table.createStore({ now: () => 1_700_000_000_000 });
    const { message_group_uuid } = await startPair(ahead, [a, b], "question");
    await send(behind, b, message_group_uuid, "answer");
    const texts = (await historyOf(ahead, message_group_uuid)).map(({ message }) => message);
    expect(texts).toEqual(["question", "answer"]);
  });

  it("a newest message from the far future doesn't change the time of new messages", async () => {
    const [a, b] = [person("a"), person("b")];
    const broken = table.createStore({ now: () => 1_800_000_000_000 });
    const { message_group_uuid } = await startPair(broken, [a, b]);
    const now = 1_700_000_000_000;
    const sent = await send(table.createStore({ now: () => now }), b, message_group_uuid, "hello");
    expect(Date.parse(sent.created_at)).toBe(now);
  });
});
