import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { membershipOf, people, person, send, startPair, useTable } from "./support.ts";

const table = useTable();

describe("message groups", () => {
  it("100 members are added together, and see the conversation in no inbox before its first message", async () => {
    const store = table.createStore();
    const members = people(100);
    const message_group_uuid = randomUUID();
    await Promise.all([1, 2].map(() => store.createMessageGroup({ message_group_uuid, members })));
    const uuids = await store.listMemberUuids({ message_group_uuid });
    expect(uuids.sort()).toEqual(members.map(({ user_uuid }) => user_uuid).sort());
    const memberships = await store.getMemberships({ message_group_uuid, user_uuids: uuids });
    expect(
      memberships.every((each) => each.member_count === 100 && each.last_message === null),
    ).toBe(true);
    const inbox = await store.listInbox({ user_uuid: uuids[0] ?? "", limit: 20 });
    expect(inbox.items).toEqual([]);
  });

  it("one member or 101 members are refused", async () => {
    const store = table.createStore();
    for (const count of [1, 101]) {
      const made = store.createMessageGroup({
        message_group_uuid: randomUUID(),
        members: people(count),
      });
      await expect(made).rejects.toMatchObject({ code: "invalid_input" });
    }
  });

  it("when members join and leave at once, every membership counts the members that are left", async () => {
    const store = table.createStore();
    const members = people(6);
    const newcomers = people(4);
    const message_group_uuid = randomUUID();
    await store.createMessageGroup({ message_group_uuid, members });
    await send(store, members[0] ?? person("x"), message_group_uuid, "welcome");
    await Promise.all([
      ...newcomers.map((member) => store.addMember({ message_group_uuid, member })),
      ...members
        .slice(0, 3)
        .map(({ user_uuid }) => store.removeMember({ message_group_uuid, user_uuid })),
    ]);
    const user_uuids = await store.listMemberUuids({ message_group_uuid });
    expect(user_uuids).toHaveLength(7);
    const memberships = await store.getMemberships({ message_group_uuid, user_uuids });
    expect(memberships.map((each) => each.member_count)).toEqual(Array(7).fill(7));
  });

  it("who left isn't a member, and joining or leaving twice changes nothing", async () => {
    const store = table.createStore();
    const members = people(3);
    const [leaver] = members;
    if (leaver === undefined) throw new Error("no member");
    const { user_uuid } = leaver;
    const message_group_uuid = randomUUID();
    await store.createMessageGroup({ message_group_uuid, members });
    await store.removeMember({ message_group_uuid, user_uuid });
    await store.removeMember({ message_group_uuid, user_uuid });
    expect(await store.getMembership({ message_group_uuid, user_uuid })).toBeNull();
    await store.addMember({ message_group_uuid, member: leaver });
    await store.addMember({ message_group_uuid, member: leaver });
    expect(await membershipOf(store, leaver, message_group_uuid)).toMatchObject({
      member_count: 3,
    });
  });

  it("nobody leaves or joins the conversation of a pair", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    const leaving = store.removeMember({ message_group_uuid, user_uuid: a.user_uuid });
    await expect(leaving).rejects.toMatchObject({ code: "invalid_input" });
    const joining = store.addMember({ message_group_uuid, member: person("c") });
    await expect(joining).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("an outsider is a member neither of an existing message group nor of one that doesn't exist", async () => {
    const store = table.createStore();
    const { message_group_uuid } = await startPair(store, [person("a"), person("b")]);
    const { user_uuid } = person("outsider");
    expect(await store.getMembership({ user_uuid, message_group_uuid })).toBeNull();
    expect(await store.getMembership({ user_uuid, message_group_uuid: randomUUID() })).toBeNull();
  });
});
