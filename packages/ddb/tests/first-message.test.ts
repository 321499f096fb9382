import { randomUUID } from "node:crypto";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { describe, expect, it } from "vitest";
import { historyOf, person, startPair, useTable } from "./support.ts";

const table = useTable();

describe("a first message", () => {
  it("from both people at once makes one message group that holds both", async () => {
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
        const inbox = await store.listInbox({ user_uuid: user.user_uuid, limit: 20 });
        expect(inbox.items).toHaveLength(1);
      }
    }
  });

  it("sent 20 times at once makes one message group with one message", async () => {
    const [sender, receiver] = [person("a"), person("b")];
    const input = { sender, receiver, client_id: randomUUID(), message: "hi" };
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => table.createStore().sendToPerson(input)),
    );
    const store = table.createStore();
    const messageGroup = derivePairGroupUuid(sender.user_uuid, receiver.user_uuid);
    expect(await historyOf(store, messageGroup)).toEqual([sent[0]]);
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
      expect((await store.listInbox({ user_uuid, limit: 20 })).items).toHaveLength(1);
    }
    expect(await historyOf(store, sent[0]?.message_group_uuid ?? "")).toEqual(sent);
  });

  it("shows at once in both inboxes, unread for the receiver alone", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const message = await startPair(store, [a, b], "hello");
    const { items: mine } = await store.listInbox({ user_uuid: a.user_uuid, limit: 20 });
    const { items: theirs } = await store.listInbox({ user_uuid: b.user_uuid, limit: 20 });
    expect(mine).toEqual([
      {
        user_uuid: a.user_uuid,
        message_group_uuid: message.message_group_uuid,
        member_count: 2,
        folder: "inbox",
        other: b,
        group: null,
        mentioned: false,
        ...{ requested: null, requested_by: null, request_messages: null, refused: false },
        ...{ blocked: false, hidden_senders: [] },
        ...{ muted_until: null, marked_unread: false, archived_after: null },
        last_message: {
          uuid: message.uuid,
          created_at: message.created_at,
          message: "hello",
          user_uuid: a.user_uuid,
          deleted: false,
          ...{ system_kind: undefined, subjects: [], subject_count: 0 },
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
    const inbox = await store.listInbox({ user_uuid: a.user_uuid, limit: 20 });
    expect(inbox.items).toEqual([]);
  });
});
