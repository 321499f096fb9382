import { randomUUID } from "node:crypto";
import { MESSAGE_GROUP_MAX_MEMBERS } from "@cruddur/contract/limits";
import { describe, expect, it } from "vitest";
import { createProjection } from "../src/projection.ts";
import type { MessagesStore } from "../src/store.ts";
import {
  at,
  createGroup,
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

const uuidsOf = (members: readonly Member[]) => members.map(({ user_uuid }) => user_uuid);

/** The kinds of a group's system messages, oldest first. */
async function kindsOf(store: MessagesStore, message_group_uuid: string) {
  const history = await historyOf(store, message_group_uuid);
  return history.flatMap(({ system_kind }) => system_kind ?? []);
}

describe("groups in common", () => {
  it("are those of the pinned and the newest conversations that both are in", async () => {
    const store = table.createStore();
    const [a, b, c, d] = people(4) as [Member, Member, Member, Member];
    const make = async (members: Member[]) => {
      const message_group_uuid = randomUUID();
      await store.createMessageGroup({ message_group_uuid, client_id: randomUUID(), members });
      return message_group_uuid;
    };
    const older = await make([a, b, c]);
    await make([a, c, d]);
    const newer = await make([b, a, d]);
    const pair = await startPair(store, [a, b]);
    await store.fileConversation({ user_uuid: a.user_uuid, message_group_uuid: older }, "pin");
    const find = async (other_uuid: string, limit = 100) => {
      const found = await store.listGroupsInCommon({ user_uuid: a.user_uuid, other_uuid, limit });
      return found.map(({ message_group_uuid }) => message_group_uuid);
    };
    expect(pair).toBeDefined();
    expect(await find(b.user_uuid)).toEqual([older, newer]);
    expect(await find(b.user_uuid, 1)).toEqual([older]);
    expect(await find(a.user_uuid)).toEqual([]);
    expect(await find(randomUUID())).toEqual([]);
  });
});

describe("a new group", () => {
  it("of 50 members is made at once: one owner, and in every inbox what happened", async () => {
    const store = table.createStore();
    const members = people(MESSAGE_GROUP_MAX_MEMBERS);
    const [owner] = members;
    const client_id = randomUUID();
    const input = { members, client_id, name: "Team" };
    const made = await Promise.all(
      [1, 2].map(() => store.createMessageGroup({ ...input, message_group_uuid: randomUUID() })),
    );
    const { message_group_uuid, uuid } = made[0] ?? { message_group_uuid: "", uuid: "" };
    expect(made[1]).toMatchObject({ message_group_uuid, uuid });
    const user_uuids = await store.listMemberUuids({ message_group_uuid });
    expect(user_uuids.sort()).toEqual(uuidsOf(members).sort());
    const memberships = await store.getMemberships({ message_group_uuid, user_uuids });
    for (const { user_uuid, member_count, group, last_message, unread_count } of memberships) {
      expect([member_count, unread_count, group?.name]).toEqual([50, 0, "Team"]);
      expect(group?.role).toBe(user_uuid === owner?.user_uuid ? "owner" : "member");
      expect(last_message).toMatchObject({ uuid, system_kind: "created", deleted: false });
      expect([last_message?.subjects.length, last_message?.subject_count]).toEqual([3, 49]);
    }
    const inbox = await store.listInbox({ user_uuid: user_uuids[7] ?? "", limit: 20 });
    expect(inbox.items.map((each) => each.message_group_uuid)).toEqual([message_group_uuid]);
  });

  it("of more members is refused, and so is a 51st member of an existing one", async () => {
    const store = table.createStore();
    const tooMany = { message_group_uuid: randomUUID(), client_id: randomUUID() };
    const making = store.createMessageGroup({ ...tooMany, members: people(51) });
    await expect(making).rejects.toMatchObject({ code: "group_full" });
    const { by, ...group } = await createGroup(store, 50);
    const adding = store.addMembers({ ...by(0), user_uuids: [randomUUID()] });
    await expect(adding).rejects.toMatchObject({ code: "group_full" });
    const membership = await membershipOf(store, at(group.members, 1), group.message_group_uuid);
    expect(membership.member_count).toBe(50);
  });

  it("can't be made with the id of a message", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { client_id } = await startPair(store, [a, b]);
    const input = { message_group_uuid: randomUUID(), members: [a, b, person("c")], client_id };
    const making = store.createMessageGroup(input);
    await expect(making).rejects.toMatchObject({ code: "client_id_reused" });
  });
});

describe("a change of a group", () => {
  it("with the same op_id is made once, however often and from wherever it comes", async () => {
    const [store, other] = [table.createStore(), table.createStore()];
    const { by, members, message_group_uuid } = await createGroup(store, 4);
    const newcomer = person("newcomer");
    const steps = [
      (s: MessagesStore, op: object) =>
        s.addMembers({ ...by(1), ...op, user_uuids: [newcomer.user_uuid] }),
      (s: MessagesStore, op: object) => s.renameGroup({ ...by(1), ...op, name: "Team" }),
      (s: MessagesStore, op: object) =>
        s.removeMember({ ...by(0), ...op, user_uuid: newcomer.user_uuid }),
      (s: MessagesStore, op: object) =>
        s.makeOwner({ ...by(0), ...op, user_uuid: at(members, 2).user_uuid }),
      (s: MessagesStore, op: object) => s.leaveGroup({ ...by(2), ...op }),
    ];
    const repeats: (() => Promise<unknown>)[] = [];
    for (const step of steps) {
      const op = { op_id: randomUUID() };
      const [first, second] = await Promise.all([step(store, op), step(other, op)]);
      expect(second.message?.uuid).toBe(first.message?.uuid);
      repeats.push(async () =>
        expect((await step(other, op)).message?.uuid).toBe(first.message?.uuid),
      );
    }
    for (const repeat of repeats) await repeat();
    expect(await kindsOf(store, message_group_uuid)).toEqual([
      ...["created", "added", "renamed", "removed", "owner_changed", "left"],
    ]);
    const { user_uuid } = newcomer;
    expect(await store.getMembership({ user_uuid, message_group_uuid })).toBeNull();
  });

  it("that changes nothing leaves no message", async () => {
    const store = table.createStore();
    const { by, members, message_group_uuid } = await createGroup(store, 3);
    for (const change of [
      await store.addMembers({ ...by(0), user_uuids: uuidsOf(members) }),
      await store.removeMember({ ...by(0), user_uuid: randomUUID() }),
      await store.renameGroup({ ...by(0), name: null }),
      await store.makeOwner({ ...by(0), user_uuid: at(members, 0).user_uuid }),
    ]) {
      expect(change.message).toBeNull();
      expect(change.members).toHaveLength(3);
    }
    expect(await kindsOf(store, message_group_uuid)).toEqual(["created"]);
  });

  it("is refused to those who may not make it", async () => {
    const store = table.createStore();
    const { by, members, message_group_uuid } = await createGroup(store, 3);
    const { user_uuid } = at(members, 2);
    const stranger = { message_group_uuid, actor: person("stranger"), op_id: randomUUID() };
    const refusals: [() => Promise<unknown>, string][] = [
      [() => store.removeMember({ ...by(1), user_uuid }), "not_the_owner"],
      [() => store.makeOwner({ ...by(1), user_uuid }), "not_the_owner"],
      [() => store.makeOwner({ ...by(0), user_uuid: randomUUID() }), "user_not_in_group"],
      [
        () => store.removeMember({ ...by(0), user_uuid: at(members, 0).user_uuid }),
        "invalid_input",
      ],
      [() => store.renameGroup({ ...stranger, name: "x" }), "not_a_member"],
      [() => store.addMembers({ ...stranger, user_uuids: [user_uuid] }), "not_a_member"],
      [() => store.leaveGroup(stranger), "not_a_member"],
      [() => store.leaveGroup({ ...stranger, message_group_uuid: randomUUID() }), "not_a_member"],
    ];
    for (const [refused, code] of refusals) {
      await expect(refused()).rejects.toMatchObject({ code });
    }
    expect(await kindsOf(store, message_group_uuid)).toEqual(["created"]);
  });

  it("is refused for the conversation of a pair", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    const change = () => ({ message_group_uuid, actor: a, op_id: randomUUID() });
    for (const refused of [
      () => store.addMembers({ ...change(), user_uuids: [randomUUID()] }),
      () => store.renameGroup({ ...change(), name: "Us" }),
      () => store.removeMember({ ...change(), user_uuid: b.user_uuid }),
      () => store.makeOwner({ ...change(), user_uuid: b.user_uuid }),
      () => store.leaveGroup(change()),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: "not_a_group" });
    }
  });

  it("among others at the same time leaves exact counts, titles and one owner", async () => {
    const store = table.createStore();
    const { by, members, message_group_uuid } = await createGroup(store, 6);
    await send(store, at(members, 1), message_group_uuid, "welcome");
    await Promise.all([
      ...people(4).map(({ user_uuid }) => store.addMembers({ ...by(3), user_uuids: [user_uuid] })),
      store.leaveGroup(by(0)),
      store.leaveGroup(by(1)),
      store.renameGroup({ ...by(4), name: "Team" }),
    ]);
    const user_uuids = await store.listMemberUuids({ message_group_uuid });
    expect(user_uuids).toHaveLength(8);
    const memberships = await store.getMemberships({ message_group_uuid, user_uuids });
    expect(memberships.map((each) => each.member_count)).toEqual(Array(8).fill(8));
    expect(memberships.filter(({ group }) => group?.role === "owner")).toHaveLength(1);
    for (const { user_uuid, group } of memberships) {
      expect(group?.name).toBe("Team");
      expect(group?.some_members).toHaveLength(3);
      expect(group?.some_members).not.toContain(user_uuid);
      for (const uuid of group?.some_members ?? []) expect(user_uuids).toContain(uuid);
    }
  });
});

describe("leaving a group", () => {
  it("passes the ownership to whoever joined first, until the last one takes the group with them", async () => {
    const store = table.createStore();
    const { by, members, message_group_uuid } = await createGroup(store, 2);
    const late = person("late");
    await store.addMembers({ ...by(0), user_uuids: [late.user_uuid] });
    const left = await store.leaveGroup(by(0));
    expect(left.message).toMatchObject({
      system_kind: "left",
      subjects: [at(members, 1).user_uuid],
    });
    const next = await membershipOf(store, at(members, 1), message_group_uuid);
    expect(next).toMatchObject({ member_count: 2, group: { role: "owner" } });
    await store.leaveGroup(by(1));
    const last = { message_group_uuid, actor: late, op_id: randomUUID() };
    expect((await membershipOf(store, late, message_group_uuid)).group?.role).toBe("owner");
    const ended = await store.leaveGroup(last);
    expect(ended).toMatchObject({ members: [], message: { member_count: 0 } });
    expect(await store.listMemberUuids({ message_group_uuid })).toEqual([]);
    expect((await store.leaveGroup(last)).message?.uuid).toBe(ended.message?.uuid);
  });
});

describe("system messages", () => {
  it("can't be edited, deleted or reacted to, and are never unread", async () => {
    const store = table.createStore();
    const { by, members, message_group_uuid } = await createGroup(store, 3);
    const { message } = await store.renameGroup({ ...by(1), name: "Team" });
    const change = {
      ...{ message_group_uuid, message_uuid: message?.uuid ?? "", op_id: randomUUID() },
      user_uuid: at(members, 1).user_uuid,
    };
    for (const refused of [
      () => store.editMessage({ ...change, message: "edited" }),
      () => store.deleteMessage({ ...change, role: "owner" }),
      () => store.addReaction({ ...change, emoji: "👍" }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: "message_not_changeable" });
    }
    const membership = await membershipOf(store, at(members, 2), message_group_uuid);
    const id = { user_uuid: at(members, 2).user_uuid, message_group_uuid };
    expect(await createProjection(table).rebuildMembership(id)).toMatchObject({ repaired: false });
    expect(membership).toMatchObject({ unread_count: 0, last_message: { message: "Team" } });
  });
});

it("an owner deletes anyone's message in their group, and it says who deleted it", async () => {
  const store = table.createStore();
  const { members, message_group_uuid } = await createGroup(store, 3);
  const { uuid } = await send(store, at(members, 1), message_group_uuid, "a slip");
  const [owner, , third] = uuidsOf(members);
  const change = { message_group_uuid, message_uuid: uuid, op_id: randomUUID() };
  const refused = store.deleteMessage({ ...change, user_uuid: third ?? "", role: "member" });
  await expect(refused).rejects.toMatchObject({ code: "not_the_sender" });
  const input = { ...change, user_uuid: owner ?? "", role: "owner" } as const;
  expect(await store.deleteMessage(input)).toMatchObject({ message: "", deleted_by: owner });
});
