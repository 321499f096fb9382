import { randomUUID } from "node:crypto";
import { createMessageUuidFactory, messageCreatedAt } from "@cruddur/contract/ids";
import { describe, expect, it } from "vitest";
import { toMessageItem } from "../src/items/message-item.ts";
import { createProjection } from "../src/projection.ts";
import { createMessagesStore } from "../src/store.ts";
import {
  at,
  createGroup,
  historyOf,
  interpose,
  membershipOf,
  people,
  person,
  send,
  startPair,
  useTable,
  writeItems,
} from "./support.ts";

const table = useTable();

/** Runs `act` once, right before the first command of the given kind reaches the table. */
function actBefore(kind: string, act: () => Promise<unknown>) {
  let done = false;
  return interpose(table.client, async (command) => {
    if (done || command.constructor.name !== kind) return;
    done = true;
    await act();
  });
}

describe("what changes between a read and the write that follows from it", () => {
  it("a person blocks another while they write to them first: no conversation is made", async () => {
    const store = table.createStore();
    const [sender, receiver] = [person("sender"), person("receiver")];
    const [blocker_uuid, blocked_uuid] = [sender.user_uuid, receiver.user_uuid];
    const client = actBefore("TransactWriteItemsCommand", () =>
      store.blockPerson({ blocker_uuid, blocked_uuid }),
    );
    const input = { sender, receiver, client_id: randomUUID(), message: "hello" };
    await expect(createMessagesStore({ client }).sendToPerson(input)).rejects.toMatchObject({
      code: "cannot_message",
    });
    expect((await store.listInbox({ user_uuid: blocker_uuid, limit: 1 })).items).toEqual([]);
  });

  it("a member archives a group while it changes: what happened brings it back", async () => {
    const store = table.createStore();
    const { message_group_uuid, members, by } = await createGroup(store, 3);
    const archiver = at(members, 1);
    const { user_uuid } = archiver;
    const client = actBefore("TransactWriteItemsCommand", () =>
      store.fileConversation({ user_uuid, message_group_uuid }, "archive"),
    );
    await createMessagesStore({ client }).renameGroup({ ...by(0), name: "Team" });
    expect(await membershipOf(store, archiver, message_group_uuid)).toMatchObject({
      folder: "inbox",
      archived_after: null,
      group: { name: "Team" },
    });
  });

  it("a member reads everything while a recount is under way: the count stays 0", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    const newest = await send(store, a, message_group_uuid, "newest");
    const ofB = { user_uuid: b.user_uuid, message_group_uuid };
    // The membership shows the first message alone, so the recount has a count of 2 to write.
    const client = actBefore("UpdateItemCommand", () =>
      store.markRead({ ...ofB, message_uuid: newest.uuid }),
    );
    await createProjection({ client }).rebuildMembership(ofB);
    expect(await membershipOf(store, b, message_group_uuid)).toMatchObject({
      unread_count: 0,
      read_message_uuid: newest.uuid,
    });
  });

  it("a message arrives while a member is added: it comes before them, and they don't see it", async () => {
    const store = table.createStore();
    const members = people(3);
    const message_group_uuid = randomUUID();
    await store.createMessageGroup({ client_id: randomUUID(), message_group_uuid, members });
    const [sender = person("sender")] = members;
    const projectFor = async (message: string, user_uuids: string[]) => {
      const sent = await send(store, sender, message_group_uuid, message);
      for (const user_uuid of user_uuids) {
        await createProjection(table).updateMembership({ user_uuid, message_group_uuid }, [sent]);
      }
    };
    const uuids = members.map(({ user_uuid }) => user_uuid);
    await projectFor("before", uuids);
    const client = actBefore("TransactWriteItemsCommand", () => projectFor("meanwhile", uuids));
    const newcomer = person("newcomer");
    await createMessagesStore({ client }).addMembers({
      ...{ message_group_uuid, actor: sender, op_id: randomUUID() },
      user_uuids: [newcomer.user_uuid],
    });
    expect(await membershipOf(store, newcomer, message_group_uuid)).toMatchObject({
      member_count: 4,
      unread_count: 0,
      last_message: { message: "", system_kind: "added" },
    });
    const { group } = await membershipOf(store, newcomer, message_group_uuid);
    const [meanwhile] = (await historyOf(store, message_group_uuid)).slice(-2);
    expect(meanwhile?.message).toBe("meanwhile");
    expect((group?.joined_after ?? "") > (meanwhile?.uuid ?? "")).toBe(true);
  });
});

describe("limits", () => {
  it("unread messages are counted beyond the 1 MB of one Query", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    const mint = createMessageUuidFactory(() => Date.now() + 1_000);
    const large = Array.from({ length: 300 }, () => {
      const uuid = mint();
      const created_at = messageCreatedAt(uuid);
      const fields = { uuid, message_group_uuid, created_at, member_count: 2, ...a };
      return toMessageItem({ ...fields, client_id: randomUUID(), message: "x".repeat(4_000) });
    });
    await writeItems(table, large);
    await createProjection(table).rebuildMembership({ ...b, message_group_uuid });
    expect((await membershipOf(store, b, message_group_uuid)).unread_count).toBe(301);
  });
});
