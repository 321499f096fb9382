import { randomUUID } from "node:crypto";
import { DeleteItemCommand, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { derivePairGroupUuid } from "@cruddur/core/ids";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messageKey } from "../src/items.ts";
import { TTL_ATTRIBUTE } from "../src/table.ts";
import {
  historyOf,
  type Member,
  people,
  person,
  rowOf,
  send,
  startPair,
  startTable,
  type TestTable,
} from "./support.ts";

let table: TestTable;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table[Symbol.asyncDispose]());

describe("sending", () => {
  it("a client_id sent 20 times at once stores one message, and everyone gets it back", async () => {
    const [a, b] = [person("a"), person("b")];
    const stores = [table.createStore(), table.createStore()];
    const { message_group_uuid } = await startPair(table.createStore(), [a, b]);
    const row = await rowOf(table.createStore(), a, message_group_uuid);
    const client_id = randomUUID();
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        stores[index % 2]?.sendMessage({ sender: a, client_id, message: `try ${index}`, row }),
      ),
    );
    const history = await historyOf(table.createStore(), message_group_uuid);
    expect(history).toHaveLength(2);
    for (const message of sent) expect(message).toEqual(history[1]);
  });

  it("a repeat after the claim, before the message, completes the send in its first place", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    const row = await rowOf(store, a, message_group_uuid);
    const input = { sender: a, client_id: randomUUID(), message: "once", row };
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

  it("a client_id used in another group is refused and stores nothing", async () => {
    const store = table.createStore();
    const [a, b, c] = [person("a"), person("b"), person("c")];
    const client_id = randomUUID();
    await store.sendToPerson({ sender: a, receiver: b, client_id, message: "to b" });
    const toC = store.sendToPerson({ sender: a, receiver: c, client_id, message: "to c" });
    await expect(toC).rejects.toMatchObject({ code: "client_id_reused" });
    const inbox = await store.listGroups({ user_uuid: c.user_uuid, limit: 20 });
    expect(inbox.items).toEqual([]);
  });

  it("a claim is kept for 400 days, longer than any client holds its draft", async () => {
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
    const rows = await Promise.all(
      [a, b].map((m) => rowOf(table.createStore(), m, message_group_uuid)),
    );
    const now = () => 1_900_000_000_000;
    const sent = await Promise.all(
      [a, b].map((sender, index) => {
        const row = rows[index];
        if (row === undefined) throw new Error("no row");
        const input = { sender, client_id: randomUUID(), message: `from ${sender.handle}`, row };
        return table.createStore({ now }).sendMessage(input);
      }),
    );
    expect(new Set(sent.map(({ created_at }) => created_at)).size).toBe(1);
    const history = await historyOf(table.createStore(), message_group_uuid);
    expect(history.slice(1).map(({ uuid }) => uuid)).toEqual(sent.map(({ uuid }) => uuid).sort());
  });

  it("a message at a whole second, or at midnight, doesn't trip its reader", async () => {
    for (const moment of ["2027-03-24T10:20:30.000Z", "2027-01-01T00:00:00.000Z"]) {
      const store = table.createStore({ now: () => Date.parse(moment) });
      const sent = await startPair(store, [person("a"), person("b")]);
      expect(sent.created_at).toBe(moment);
      expect(await historyOf(store, sent.message_group_uuid)).toEqual([sent]);
    }
  });

  it("two conversations that move at one instant are both in the inbox, on pages of one too", async () => {
    const store = table.createStore({ now: () => 1_700_000_000_000 });
    const [me, ...others] = people(4) as [Member, ...Member[]];
    // Each from a server of its own: their uuids carry the very same millisecond.
    for (const other of others) {
      await startPair(table.createStore({ now: () => 1_700_000_000_000 }), [other, me]);
    }
    const { user_uuid } = me;
    const { items } = await store.listGroups({ user_uuid, limit: 20 });
    expect(new Set(items.map(({ last_message }) => last_message?.created_at)).size).toBe(1);
    expect(items.map(({ other }) => other.handle).sort()).toEqual(others.map((o) => o.handle));
    const paged: string[] = [];
    let page = await store.listGroups({ user_uuid, limit: 1 });
    for (;;) {
      paged.push(...page.items.map((row) => row.message_group_uuid));
      if (page.next === null) break;
      page = await store.listGroups({ user_uuid, limit: 1, position: page.next });
    }
    expect(paged).toEqual(items.map((row) => row.message_group_uuid));
  });

  it("a reply sorts after what it answers although its server's clock runs behind", async () => {
    const [a, b] = [person("a"), person("b")];
    const ahead = table.createStore({ now: () => 1_700_000_030_000 });
    const behind = table.createStore({ now: () => 1_700_000_000_000 });
    const { message_group_uuid } = await startPair(ahead, [a, b], "question");
    await send(behind, b, message_group_uuid, "answer");
    const texts = (await historyOf(ahead, message_group_uuid)).map(({ message }) => message);
    expect(texts).toEqual(["question", "answer"]);
  });

  it("a row from the far future doesn't drag the time of new messages with it", async () => {
    const [a, b] = [person("a"), person("b")];
    const broken = table.createStore({ now: () => 1_800_000_000_000 });
    const { message_group_uuid } = await startPair(broken, [a, b]);
    const now = 1_700_000_000_000;
    const sent = await send(table.createStore({ now: () => now }), b, message_group_uuid, "hello");
    expect(Date.parse(sent.created_at)).toBe(now);
  });
});

describe("a first message", () => {
  it("from both sides at once makes one group that holds both", async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [person("a"), person("b")];
      const [one, two] = await Promise.all([
        startPair(table.createStore(), [a, b], "from a"),
        startPair(table.createStore(), [b, a], "from b"),
      ]);
      expect(one.message_group_uuid).toBe(two.message_group_uuid);
      const store = table.createStore();
      const history = await historyOf(store, one.message_group_uuid);
      expect(history.map(({ uuid }) => uuid).sort()).toEqual([one.uuid, two.uuid].sort());
      for (const user of [a, b]) {
        const inbox = await store.listGroups({ user_uuid: user.user_uuid, limit: 20 });
        expect(inbox.items).toHaveLength(1);
      }
    }
  });

  it("sent 20 times at once makes one group with one message", async () => {
    const [sender, receiver] = [person("a"), person("b")];
    const input = { sender, receiver, client_id: randomUUID(), message: "hi" };
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => table.createStore().sendToPerson(input)),
    );
    const store = table.createStore();
    const group = derivePairGroupUuid(sender.user_uuid, receiver.user_uuid);
    expect(await historyOf(store, group)).toEqual([sent[0]]);
    expect(new Set(sent.map(({ uuid }) => uuid)).size).toBe(1);
  });

  it("that isn't the first makes no second conversation, from either side", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const sent = [
      await startPair(store, [a, b], "one"),
      await startPair(store, [a, b], "two"),
      await startPair(store, [b, a], "three"),
    ];
    expect(new Set(sent.map((message) => message.message_group_uuid)).size).toBe(1);
    for (const { user_uuid } of [a, b]) {
      expect((await store.listGroups({ user_uuid, limit: 20 })).items).toHaveLength(1);
    }
    expect(await historyOf(store, sent[0]?.message_group_uuid ?? "")).toEqual(sent);
  });

  it("shows at once in both inboxes, unread for the receiver alone", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const message = await startPair(store, [a, b], "hello");
    const { items: mine } = await store.listGroups({ user_uuid: a.user_uuid, limit: 20 });
    const { items: theirs } = await store.listGroups({ user_uuid: b.user_uuid, limit: 20 });
    expect(mine).toEqual([
      {
        user_uuid: a.user_uuid,
        message_group_uuid: message.message_group_uuid,
        member_count: 2,
        other: b,
        last_message: {
          uuid: message.uuid,
          created_at: message.created_at,
          message: "hello",
          user_uuid: a.user_uuid,
        },
        unread_count: 0,
        read_message_uuid: null,
      },
    ]);
    expect(theirs[0]).toMatchObject({ other: a, unread_count: 1 });
  });

  it("to oneself is refused and writes nothing", async () => {
    const store = table.createStore();
    const a = person("a");
    await expect(startPair(store, [a, a])).rejects.toMatchObject({ code: "user_receiver_is_self" });
    const inbox = await store.listGroups({ user_uuid: a.user_uuid, limit: 20 });
    expect(inbox.items).toEqual([]);
  });
});

describe("groups", () => {
  it("a group of 100 members is made whole, and is in no inbox before its first message", async () => {
    const store = table.createStore();
    const members = people(100);
    const message_group_uuid = randomUUID();
    await Promise.all([1, 2].map(() => store.createGroup({ message_group_uuid, members })));
    const uuids = await store.listMemberUuids({ message_group_uuid });
    expect(uuids.sort()).toEqual(members.map(({ user_uuid }) => user_uuid).sort());
    const rows = await store.getGroupRows({ message_group_uuid, user_uuids: uuids });
    expect(rows.every((row) => row.member_count === 100 && row.last_message === null)).toBe(true);
    const inbox = await store.listGroups({ user_uuid: uuids[0] ?? "", limit: 20 });
    expect(inbox.items).toEqual([]);
  });

  it("of one member or of 101 is refused", async () => {
    const store = table.createStore();
    for (const count of [1, 101]) {
      const made = store.createGroup({ message_group_uuid: randomUUID(), members: people(count) });
      await expect(made).rejects.toMatchObject({ code: "invalid_input" });
    }
  });

  it("members who come and go at once leave every row counting the members there are", async () => {
    const store = table.createStore();
    const members = people(6);
    const newcomers = people(4);
    const message_group_uuid = randomUUID();
    await store.createGroup({ message_group_uuid, members });
    await send(store, members[0] ?? person("x"), message_group_uuid, "welcome");
    await Promise.all([
      ...newcomers.map((member) => store.addMember({ message_group_uuid, member })),
      ...members
        .slice(0, 3)
        .map(({ user_uuid }) => store.removeMember({ message_group_uuid, user_uuid })),
    ]);
    const user_uuids = await store.listMemberUuids({ message_group_uuid });
    expect(user_uuids).toHaveLength(7);
    const rows = await store.getGroupRows({ message_group_uuid, user_uuids });
    expect(rows.map((row) => row.member_count)).toEqual(Array(7).fill(7));
  });

  it("someone who left is no member, and coming or going twice changes nothing", async () => {
    const store = table.createStore();
    const members = people(3);
    const [leaver] = members;
    if (leaver === undefined) throw new Error("no member");
    const { user_uuid } = leaver;
    const message_group_uuid = randomUUID();
    await store.createGroup({ message_group_uuid, members });
    await store.removeMember({ message_group_uuid, user_uuid });
    await store.removeMember({ message_group_uuid, user_uuid });
    expect(await store.getGroupRow({ message_group_uuid, user_uuid })).toBeNull();
    await store.addMember({ message_group_uuid, member: leaver });
    await store.addMember({ message_group_uuid, member: leaver });
    expect(await rowOf(store, leaver, message_group_uuid)).toMatchObject({ member_count: 3 });
  });

  it("a pair's conversation is never left or joined", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    const leaving = store.removeMember({ message_group_uuid, user_uuid: a.user_uuid });
    await expect(leaving).rejects.toMatchObject({ code: "invalid_input" });
    const joining = store.addMember({ message_group_uuid, member: person("c") });
    await expect(joining).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("nobody outside is a member, of this or of a group that doesn't exist", async () => {
    const store = table.createStore();
    const { message_group_uuid } = await startPair(store, [person("a"), person("b")]);
    const { user_uuid } = person("outsider");
    expect(await store.getGroupRow({ user_uuid, message_group_uuid })).toBeNull();
    expect(await store.getGroupRow({ user_uuid, message_group_uuid: randomUUID() })).toBeNull();
  });
});

describe("read markers", () => {
  it("move forward only, and count what is left", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const first = await startPair(store, [a, b]);
    const { message_group_uuid } = first;
    const { user_uuid } = b;
    const second = await send(store, a, message_group_uuid, "second");
    const mark = (message_uuid: string) =>
      store.markRead({ user_uuid, message_group_uuid, message_uuid });
    expect(await mark(second.uuid)).toEqual({
      read_message_uuid: second.uuid,
      unread_count: 0,
      moved: true,
    });
    expect(await mark(first.uuid)).toEqual({
      read_message_uuid: second.uuid,
      unread_count: 0,
      moved: false,
    });
  });

  it("of a message that isn't there, or by someone who is no member, are refused", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid, uuid } = await startPair(store, [a, b]);
    const elsewhere = await startPair(store, [a, person("c")]);
    const { user_uuid } = b;
    for (const message_uuid of [elsewhere.uuid, randomUUID()]) {
      const marking = store.markRead({ user_uuid, message_group_uuid, message_uuid });
      await expect(marking).rejects.toMatchObject({ code: "message_not_found" });
    }
    const outsider = person("outsider").user_uuid;
    const marking = store.markRead({ user_uuid: outsider, message_group_uuid, message_uuid: uuid });
    await expect(marking).rejects.toMatchObject({ code: "not_a_member" });
  });
});
