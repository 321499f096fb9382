import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { MessagesStore } from "../src/store.ts";
import {
  historyOf,
  type Member,
  membershipOf,
  person,
  send,
  startPair,
  useTable,
} from "./support.ts";

const table = useTable();

const refused = { code: "cannot_message" };

function write(store: MessagesStore, sender: Member, receiver: Member, client_id = randomUUID()) {
  return store.sendToPerson({ sender, receiver, client_id, message: "hello" });
}

describe("a block", () => {
  it("refuses the first message in both directions, and one conversation is never made", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const block = { blocker_uuid: a.user_uuid, blocked_uuid: b.user_uuid };
    await store.blockPerson(block);
    await expect(write(store, b, a)).rejects.toMatchObject(refused);
    await expect(write(store, a, b)).rejects.toMatchObject(refused);
    await store.unblockPerson(block);
    expect(await write(store, b, a)).toMatchObject({ user_uuid: b.user_uuid });
  });

  it("refuses every further message, and what was sent before stays", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    const block = { blocker_uuid: a.user_uuid, blocked_uuid: b.user_uuid };
    await store.blockPerson(block);
    await store.blockPerson(block);
    for (const sender of [a, b]) {
      await expect(send(store, sender, message_group_uuid, "more")).rejects.toMatchObject(refused);
    }
    expect(await historyOf(store, message_group_uuid)).toHaveLength(1);
    expect(await membershipOf(store, a, message_group_uuid)).toMatchObject({
      blocked: true,
      refused: false,
    });
    await store.unblockPerson(block);
    await send(store, b, message_group_uuid, "again");
    expect(await historyOf(store, message_group_uuid)).toHaveLength(2);
  });

  it("of both people by each other ends when both have ended it", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    const byA = { blocker_uuid: a.user_uuid, blocked_uuid: b.user_uuid };
    const byB = { blocker_uuid: b.user_uuid, blocked_uuid: a.user_uuid };
    await Promise.all([store.blockPerson(byA), store.blockPerson(byB)]);
    await store.unblockPerson(byA);
    await expect(send(store, a, message_group_uuid, "more")).rejects.toMatchObject(refused);
    await store.unblockPerson(byB);
    await send(store, a, message_group_uuid, "more");
  });

  it("lets a repeated send find the message that was stored before", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const client_id = randomUUID();
    const first = await write(store, b, a, client_id);
    await store.blockPerson({ blocker_uuid: a.user_uuid, blocked_uuid: b.user_uuid });
    expect(await write(store, b, a, client_id)).toMatchObject({ uuid: first.uuid });
  });

  it("at the moment of the first message either comes first: nothing is sent after it", async () => {
    const store = table.createStore();
    for (let round = 0; round < 20; round += 1) {
      const [a, b] = [person("a"), person("b")];
      const [sent] = await Promise.allSettled([
        write(store, b, a),
        store.blockPerson({ blocker_uuid: a.user_uuid, blocked_uuid: b.user_uuid }),
      ]);
      await expect(write(store, b, a)).rejects.toMatchObject(refused);
      if (sent.status === "rejected") expect(sent.reason).toMatchObject(refused);
    }
  });

  it("is listed for whoever made it, and hides the two from each other's searches", async () => {
    const store = table.createStore();
    const me = person("me");
    const blocked = [person("a"), person("b"), person("c")].map(({ user_uuid }) => user_uuid);
    const blocker = person("d").user_uuid;
    for (const blocked_uuid of blocked) {
      await store.blockPerson({ blocker_uuid: me.user_uuid, blocked_uuid });
    }
    await store.blockPerson({ blocker_uuid: blocker, blocked_uuid: me.user_uuid });
    const listed: string[] = [];
    let after: string | null | undefined;
    do {
      const page = await store.listBlocked({
        user_uuid: me.user_uuid,
        limit: 2,
        after: after ?? undefined,
      });
      listed.push(...page.items);
      after = page.next;
    } while (after !== null);
    expect(listed).toEqual(blocked.toSorted());
    const { made, received } = await store.listBlocks(me);
    expect([made.toSorted(), received]).toEqual([blocked.toSorted(), [blocker]]);
    const theirs = { made: [me.user_uuid], received: [] };
    expect(await store.listBlocks({ user_uuid: blocker })).toEqual(theirs);
    expect((await store.listBlocked({ user_uuid: blocker, limit: 2 })).items).toEqual([
      me.user_uuid,
    ]);
  });

  it("of oneself is refused", async () => {
    const me = person("me").user_uuid;
    const block = { blocker_uuid: me, blocked_uuid: me };
    await expect(table.createStore().blockPerson(block)).rejects.toMatchObject({
      code: "invalid_input",
    });
  });
});

describe("a request", () => {
  const ask = (store: MessagesStore, from: Member, to: Member, folder: "inbox" | "requests") =>
    store.sendToPerson({
      sender: from,
      receiver: to,
      client_id: randomUUID(),
      message: "hello",
      firstMessage: folder,
    });

  it.each(["inbox", "requests"] as const)(
    "into the %s is taken to the inbox by accepting it",
    async (folder) => {
      const store = table.createStore();
      const [a, b] = [person("a"), person("b")];
      const { message_group_uuid } = await ask(store, a, b, folder);
      const own = { user_uuid: b.user_uuid, message_group_uuid };
      const listed = async (which: "inbox" | "requests") =>
        (await store.listInbox({ user_uuid: b.user_uuid, folder: which, limit: 5 })).items.length;
      expect(await listed(folder)).toBe(1);
      expect(await store.getMembership(own)).toMatchObject({ requested: folder });
      expect(await membershipOf(store, a, message_group_uuid)).toMatchObject({
        request_messages: 1,
      });
      await store.acceptRequest(own);
      await store.acceptRequest(own);
      expect([await listed("inbox"), await listed("requests")]).toEqual([1, 0]);
      expect(await store.getMembership(own)).toMatchObject({ requested: null, folder: "inbox" });
      expect(await membershipOf(store, a, message_group_uuid)).toMatchObject({
        request_messages: null,
      });
    },
  );

  it("that is in the archive stays there when it is accepted", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await ask(store, a, b, "requests");
    const own = { user_uuid: b.user_uuid, message_group_uuid };
    await store.fileConversation(own, "archive");
    expect(await store.acceptRequest(own)).toMatchObject({ requested: null, folder: "archive" });
    expect(await store.fileConversation(own, "unarchive")).toMatchObject({ folder: "inbox" });
  });

  it("takes three messages, however they are sent at once, and a repeated one counts once", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await ask(store, a, b, "inbox");
    const membership = await membershipOf(store, a, message_group_uuid);
    const draft = { sender: a, membership, message: "more" };
    const repeated = { ...draft, client_id: randomUUID() };
    const sends = [
      repeated,
      repeated,
      ...[1, 2, 3].map(() => ({ ...draft, client_id: randomUUID() })),
    ];
    const settled = await Promise.allSettled(sends.map((each) => store.sendMessage(each)));
    const refusals = settled.filter(({ status }) => status === "rejected");
    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ reason: { code: "request_limit_reached" } });
    }
    expect(await historyOf(store, message_group_uuid)).toHaveLength(3);
    const [stored] = await historyOf(store, message_group_uuid);
    expect(await ask(store, a, b, "inbox").catch(({ code }: { code: string }) => code)).toBe(
      "request_limit_reached",
    );
    const again = { sender: a, membership, message: "hello", client_id: stored?.client_id ?? "" };
    expect(await store.sendMessage(again)).toMatchObject({ uuid: stored?.uuid });
  });

  it("is accepted by an answer, also by one that was written at the same moment", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await ask(store, a, b, "requests");
    await ask(store, b, a, "requests");
    for (const member of [a, b]) {
      expect(await membershipOf(store, member, message_group_uuid)).toMatchObject({
        requested: null,
        request_messages: null,
        folder: "inbox",
      });
    }
    const [c, d] = [person("c"), person("d")];
    const [first] = await Promise.all([ask(store, c, d, "inbox"), ask(store, d, c, "inbox")]);
    for (const member of [c, d]) {
      expect(await membershipOf(store, member, first.message_group_uuid)).toMatchObject({
        requested: null,
        request_messages: null,
      });
    }
  });

  it("to a person who takes none is refused like one to a person who has blocked the sender", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const draft = { sender: a, receiver: b, client_id: randomUUID(), message: "hello" };
    const closed = { ...draft, firstMessage: "refused" } as const;
    await expect(store.sendToPerson(closed)).rejects.toMatchObject(refused);
    expect(await store.listBlocks(a)).toEqual({ made: [], received: [] });
    // Whoever has written before is no stranger.
    await write(store, b, a);
    expect(await store.sendToPerson(closed)).toMatchObject({ user_uuid: a.user_uuid });
  });
});
