import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { at, createGroup, type Member, membershipOf, person, send, useTable } from "./support.ts";

const table = useTable();

describe("who joins a group", () => {
  it("reads nothing from before, in no page, preview or count", async () => {
    const store = table.createStore();
    const { by, members, message_group_uuid } = await createGroup(store, 3);
    const before = await send(store, at(members, 0), message_group_uuid, "before");
    const newcomer = person("newcomer");
    await store.addMembers({ ...by(1), user_uuids: [newcomer.user_uuid] });
    const after = await send(store, at(members, 2), message_group_uuid, "after");
    const membership = await membershipOf(store, newcomer, message_group_uuid);
    expect(membership).toMatchObject({ unread_count: 0, last_message: { system_kind: "added" } });
    const joined_after = membership.group?.joined_after ?? null;
    const range = { message_group_uuid, joined_after, limit: 10 };
    const pages = [
      await store.listMessages(range),
      await store.listMessages({ ...range, position: { before: after.uuid } }),
      await store.listMessages({ ...range, position: { after: before.uuid } }),
      await store.listMessages({ ...range, position: { before: before.uuid } }),
      await store.listMessagesSince({ ...range, sinceMs: 0 }),
      await store.listMessagesAround({ ...range, message_uuid: after.uuid }),
    ];
    const seen = pages.flatMap(({ items }) => items.map(({ message }) => message));
    expect(seen).not.toContain("before");
    expect(pages.map(({ items }) => items.length)).toEqual([2, 1, 2, 0, 2, 2]);
    // A page after a message leads back to it: it can be empty.
    expect(pages.filter(({ next }) => next !== null)).toEqual([pages[2]]);
    const around = store.listMessagesAround({ ...range, message_uuid: before.uuid });
    await expect(around).rejects.toMatchObject({ code: "message_not_found" });
  });

  it("with a shared history reads as far back as whoever shares it", async () => {
    const store = table.createStore();
    const { by, members, message_group_uuid } = await createGroup(store, 3);
    const [late, later] = [person("late"), person("later")];
    await send(store, at(members, 0), message_group_uuid, "before both");
    await store.addMembers({ ...by(0), user_uuids: [late.user_uuid] });
    await send(store, at(members, 0), message_group_uuid, "between");
    const byLate = { message_group_uuid, actor: late, op_id: randomUUID() };
    await store.addMembers({ ...byLate, user_uuids: [later.user_uuid], share_history: true });
    const floorOf = async (who: Member) =>
      (await membershipOf(store, who, message_group_uuid)).group?.joined_after;
    expect(await floorOf(later)).toBe(await floorOf(late));
    const open = person("open");
    const sharing = { user_uuids: [open.user_uuid], share_history: true };
    await store.addMembers({ ...by(0), ...sharing });
    expect(await floorOf(open)).toBe(await floorOf(at(members, 0)));
  });

  it("and had hidden messages as an earlier member still doesn't see them in a shared history", async () => {
    const store = table.createStore();
    const { by, members, message_group_uuid } = await createGroup(store, 3);
    const back = at(members, 2);
    const ofBack = { user_uuid: back.user_uuid, message_group_uuid };
    const hidden = await send(store, at(members, 0), message_group_uuid, "hidden");
    await send(store, at(members, 0), message_group_uuid, "after");
    await store.hideMessage({ ...ofBack, message_uuid: hidden.uuid });
    await store.leaveGroup(by(2));
    const sharing = { user_uuids: [back.user_uuid], share_history: true };
    await store.addMembers({ ...by(0), ...sharing });
    expect(await membershipOf(store, back, message_group_uuid)).toMatchObject({
      newest_hidden_uuid: hidden.uuid,
    });
  });

  it("comes after everything that was stored, even by a server whose clock is ahead", async () => {
    const ahead = table.createStore({ now: () => Date.now() + 30_000 });
    const store = table.createStore();
    const { by, members, message_group_uuid } = await createGroup(store, 3);
    const before = await send(ahead, at(members, 0), message_group_uuid, "before");
    const newcomer = person("newcomer");
    await store.addMembers({ ...by(0), user_uuids: [newcomer.user_uuid] });
    const { group } = await membershipOf(store, newcomer, message_group_uuid);
    expect((group?.joined_after ?? "") > before.uuid).toBe(true);
    const after = await send(store, at(members, 1), message_group_uuid, "after");
    expect(after.uuid > (group?.joined_after ?? "")).toBe(true);
  });

  it("again reads nothing of the time between, nor of their first time", async () => {
    const store = table.createStore();
    const { by, members, message_group_uuid } = await createGroup(store, 3);
    const again = at(members, 2);
    await store.leaveGroup(by(2));
    const between = await send(store, at(members, 0), message_group_uuid, "between");
    await store.addMembers({ ...by(0), user_uuids: [again.user_uuid] });
    const { group } = await membershipOf(store, again, message_group_uuid);
    expect((group?.joined_after ?? "") > between.uuid).toBe(true);
  });
});
