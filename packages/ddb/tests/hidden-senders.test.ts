import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createProjection } from "../src/projection.ts";
import type { MessagesStore } from "../src/store.ts";
import type { StoredMessage } from "../src/types.ts";
import { at, createGroup, membershipOf, person, send, useTable } from "./support.ts";

const table = useTable();

/** A group of three; the first member is the one who blocks, the second one is blocked. */
async function start() {
  const store = table.createStore();
  const group = await createGroup(store, 3);
  const [blocker, blocked, other] = [0, 1, 2].map((index) => at(group.members, index));
  if (!blocker || !blocked || !other) throw new Error("no members");
  const block = { blocker_uuid: blocker.user_uuid, blocked_uuid: blocked.user_uuid };
  const { message_group_uuid } = group;
  const stateOf = async (member: typeof blocker) => {
    const { unread_count, mentioned, hidden_senders } = await membershipOf(
      store,
      member,
      message_group_uuid,
    );
    return { unread_count, mentioned, hidden_senders };
  };
  return { ...group, store, blocker, blocked, other, block, stateOf };
}

const project = (user_uuid: string, messages: [StoredMessage, ...StoredMessage[]]) => {
  const { message_group_uuid = "" } = messages[0];
  return createProjection(table).updateMembership({ user_uuid, message_group_uuid }, messages);
};
const mention = (
  store: MessagesStore,
  from: ReturnType<typeof person>,
  group: string,
  of: string,
) =>
  membershipOf(store, from, group).then((membership) =>
    store.sendMessage({
      ...{ membership, sender: from, message: "@you", client_id: randomUUID(), mentions: [of] },
    }),
  );

describe("messages of somebody whom a member of the group has blocked", () => {
  it("aren't counted for the one who blocked, whichever came first, and nobody else sees a difference", async () => {
    const { store, message_group_uuid, blocker, blocked, other, block, stateOf } = await start();
    const before = await send(store, blocked, message_group_uuid, "before");
    for (const { user_uuid } of [blocker, other]) await project(user_uuid, [before]);
    expect(await store.blockPerson(block)).toEqual([message_group_uuid]);
    const hidden_senders = [blocked.user_uuid];
    expect(await stateOf(blocker)).toMatchObject({ unread_count: 0, hidden_senders });

    const theirs = await mention(store, blocked, message_group_uuid, blocker.user_uuid);
    const shown = await send(store, other, message_group_uuid, "shown");
    for (const { user_uuid } of [blocker, other]) {
      await project(user_uuid, [theirs, shown]);
      await project(user_uuid, [theirs, shown]);
    }
    expect(await stateOf(blocker)).toEqual({ unread_count: 1, mentioned: false, hidden_senders });
    expect(await stateOf(other)).toMatchObject({ unread_count: 2, hidden_senders: [] });
    const own = await send(store, blocker, message_group_uuid, "mine");
    await project(blocked.user_uuid, [shown, own]);
    expect(await stateOf(blocked)).toMatchObject({ unread_count: 2, hidden_senders: [] });

    const read = { user_uuid: blocker.user_uuid, message_group_uuid, message_uuid: before.uuid };
    expect(await store.markRead(read)).toMatchObject({ unread_count: 1 });
    expect(await store.unblockPerson(block)).toEqual([message_group_uuid]);
    expect(await stateOf(blocker)).toEqual({
      unread_count: 2,
      mentioned: true,
      hidden_senders: [],
    });
  });

  it("are hidden also where the two meet in a group later, and stay so when one of them leaves it", async () => {
    const { store, message_group_uuid, blocker, blocked, by, stateOf } = await start();
    const [late, later] = [person("late"), person("later")];
    for (const [by_uuid, of_uuid] of [
      [blocker.user_uuid, late.user_uuid],
      [late.user_uuid, later.user_uuid],
      [later.user_uuid, blocked.user_uuid],
    ] as const) {
      expect(await store.blockPerson({ blocker_uuid: by_uuid, blocked_uuid: of_uuid })).toEqual([]);
    }
    await store.addMembers({ ...by(2), user_uuids: [late.user_uuid, later.user_uuid] });
    expect((await stateOf(blocker)).hidden_senders).toEqual([late.user_uuid]);
    expect((await stateOf(late)).hidden_senders).toEqual([later.user_uuid]);
    expect((await stateOf(later)).hidden_senders).toEqual([blocked.user_uuid]);
    await store.leaveGroup({ message_group_uuid, actor: late, op_id: randomUUID() });
    expect((await stateOf(blocker)).hidden_senders).toEqual([late.user_uuid]);
    await store.unblockPerson({ blocker_uuid: blocker.user_uuid, blocked_uuid: late.user_uuid });
    await store.addMembers({ ...by(2), user_uuids: [late.user_uuid] });
    expect((await stateOf(blocker)).hidden_senders).toEqual([]);

    const client_id = randomUUID();
    const members = [blocked, late, later];
    const group = await store.createMessageGroup({
      ...{ message_group_uuid: randomUUID(), members, client_id },
    });
    const founder = await membershipOf(store, later, group.message_group_uuid);
    expect(founder.hidden_senders).toEqual([blocked.user_uuid]);
  });
});

describe("being added to a group by a stranger", () => {
  it("is a request in the folder that the person has chosen, until they accept it or answer", async () => {
    const { store, message_group_uuid, blocker: actor, by } = await start();
    const [asked, answers] = [person("asked"), person("answers")];
    await store.addMembers({
      ...by(0),
      user_uuids: [asked.user_uuid, answers.user_uuid],
      requests: new Map([
        [asked.user_uuid, "requests"],
        [answers.user_uuid, "inbox"],
      ]),
    });
    const requested_by = actor.user_uuid;
    const stateOf = (member: typeof asked) => membershipOf(store, member, message_group_uuid);
    expect(await stateOf(asked)).toMatchObject({
      requested: "requests",
      folder: "requests",
      requested_by,
    });
    expect(await stateOf(answers)).toMatchObject({
      requested: "inbox",
      folder: "inbox",
      requested_by,
    });
    await store.acceptRequest({ user_uuid: asked.user_uuid, message_group_uuid });
    await send(store, answers, message_group_uuid, "hello");
    for (const member of [asked, answers]) {
      expect(await stateOf(member)).toMatchObject({
        ...{ requested: null, requested_by: null, folder: "inbox", request_messages: null },
      });
    }
  });
});
