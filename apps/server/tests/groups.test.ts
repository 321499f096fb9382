import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import { createProjection } from "@cruddur/ddb/projection";
import { describe, expect, it } from "vitest";
import { refusalOf } from "./support/client.ts";
import { usePeople } from "./support/people.ts";
import { type Handle, uuidOf } from "./support/stack.ts";

const { stack, as, send } = usePeople();

const ALL: Handle[] = ["andrewbrown", "bayko", "londo"];
const change = (message_group_uuid: string) => ({ message_group_uuid, op_id: randomUUID() });

/** A group of the three demo people; andrewbrown is its owner. */
async function createGroup(extra: { name?: string; message?: string } = {}) {
  const input = { handles: ALL, client_id: createClientId(), ...extra };
  return (await as("andrewbrown").messageGroups.create.mutate(input)).message_group_uuid;
}

describe("a group", () => {
  it("shows its members, roles and what happened, under everybody's names", async () => {
    const message_group_uuid = await createGroup({ name: "Team", message: "welcome" });
    const of = { message_group_uuid };
    const detail = await as("bayko").messageGroups.get.query(of);
    expect(detail).toMatchObject({
      ...{ kind: "group", name: "Team", role: "member", member_count: 3, user_uuid: "" },
      some_members: expect.arrayContaining([expect.objectContaining({ handle: "andrewbrown" })]),
    });
    expect(detail.some_members).toHaveLength(2);
    const roles = detail.members.map(({ handle, role }) => [handle, role]);
    expect(Object.fromEntries(roles)).toEqual({
      ...{ andrewbrown: "owner", bayko: "member", londo: "member" },
    });
    const { items } = await as("londo").messages.list.query(of);
    expect(items.map(({ kind, message }) => [kind, message])).toEqual([
      ["created", "Team"],
      ["text", "welcome"],
    ]);
    expect(items[0]?.subjects.map(({ handle }) => handle).sort()).toEqual(["bayko", "londo"]);
    const inbox = await as("londo").messageGroups.list.query({});
    const row = inbox.items.find(({ uuid }) => uuid === message_group_uuid);
    expect(row).toMatchObject({ message_kind: "created", message: "Team", unread_count: 0 });
  });

  it("that is made again with the same id is the same group, with its first message once", async () => {
    const input = { handles: ALL, client_id: createClientId(), message: "once" };
    const made = await Promise.all(
      [1, 2, 3].map(() => as("andrewbrown").messageGroups.create.mutate(input)),
    );
    expect(new Set(made.map((each) => each.message_group_uuid)).size).toBe(1);
    const { items } = await as("bayko").messages.list.query(made[0] ?? { message_group_uuid: "" });
    expect(items.map(({ kind }) => kind)).toEqual(["created", "text"]);
  });

  it("needs three people whom the server knows", async () => {
    const create = (handles: string[]) =>
      refusalOf(
        as("andrewbrown").messageGroups.create.mutate({ handles, client_id: createClientId() }),
      );
    expect(await create(["bayko", "@BAYKO", "andrewbrown"])).toMatchObject({
      app_code: "group_too_small",
    });
    expect(await create(["bayko", "nobody-at-all"])).toMatchObject({ app_code: "user_not_found" });
    expect(await create([])).toMatchObject({ app_code: "user_receiver_handle_blank" });
    const many = Array.from({ length: 51 }, (_, index) => `someone${index}`);
    expect(await create(many)).toMatchObject({ app_code: "group_full" });
  });

  it("is changed by its members, and its members by its owner alone", async () => {
    const message_group_uuid = await createGroup();
    const { messageGroups } = as("bayko");
    await messageGroups.rename.mutate({ ...change(message_group_uuid), name: "Ours" });
    const user_uuid = uuidOf("londo");
    for (const refused of [
      () => messageGroups.remove.mutate({ ...change(message_group_uuid), user_uuid }),
      () => messageGroups.makeOwner.mutate({ ...change(message_group_uuid), user_uuid }),
    ]) {
      expect(await refusalOf(refused())).toEqual({ status: 403, app_code: "not_the_owner" });
    }
    const owner = as("andrewbrown").messageGroups;
    const makeOwner = { ...change(message_group_uuid), user_uuid: uuidOf("bayko") };
    await owner.makeOwner.mutate(makeOwner);
    // Whoever lost the answer asks again, and isn't the owner any more.
    await owner.makeOwner.mutate(makeOwner);
    await messageGroups.remove.mutate({ ...change(message_group_uuid), user_uuid });
    const detail = await messageGroups.get.query({ message_group_uuid });
    expect(detail.members.map(({ handle, role }) => [handle, role])).toEqual(
      expect.arrayContaining([
        ["bayko", "owner"],
        ["andrewbrown", "member"],
      ]),
    );
    expect(detail).toMatchObject({ name: "Ours", member_count: 2, message_kind: "removed" });
    expect(detail.message_subjects.map(({ handle }) => handle)).toEqual(["londo"]);
  });

  it("is left by repeated calls, too, and is then in no inbox of theirs", async () => {
    const message_group_uuid = await createGroup();
    const leave = change(message_group_uuid);
    for (const _ of [1, 2]) await as("londo").messageGroups.leave.mutate(leave);
    const again = as("londo").messageGroups.leave.mutate(change(message_group_uuid));
    expect(await refusalOf(again)).toEqual({ status: 403, app_code: "not_a_member" });
    const inbox = await as("londo").messageGroups.list.query({});
    expect(inbox.items.map(({ uuid }) => uuid)).not.toContain(message_group_uuid);
  });

  it("is not what two people have", async () => {
    const { message_group_uuid } = await send("andrewbrown", { handle: "bayko" }, "hello");
    const leaving = as("bayko").messageGroups.leave.mutate(change(message_group_uuid));
    expect(await refusalOf(leaving)).toEqual({ status: 409, app_code: "not_a_group" });
  });
});

describe("who joins a group", () => {
  it("reaches nothing from before, by no procedure, cursor, link or reply", async () => {
    const message_group_uuid = await createGroup();
    const to = { message_group_uuid };
    const londo = as("londo");
    const first = await londo.messages.list.query({ ...to, limit: 1 });
    const cursors = [first.next_cursor ?? [], first.previous_cursor ?? []];
    await londo.messageGroups.leave.mutate(change(message_group_uuid));
    const before = await send("andrewbrown", to, "secret before");
    await as("bayko").messageGroups.add.mutate({
      ...change(message_group_uuid),
      handles: ["londo"],
    });
    const after = await send("andrewbrown", to, "after");
    const reply = await as("bayko").messages.create.mutate({
      ...{ ...to, client_id: createClientId(), message: "reply", reply_to: before.uuid },
    });
    const inputs: { since?: string; around?: string; cursor?: string }[] = [
      {},
      { since: new Date(0).toISOString() },
      { around: after.uuid },
      ...cursors.flat().map((cursor) => ({ cursor })),
    ];
    const pages: Awaited<ReturnType<typeof londo.messages.list.query>>[] = [];
    for (const input of inputs) pages.push(await londo.messages.list.query({ ...to, ...input }));
    expect(JSON.stringify(pages)).not.toContain("secret before");
    expect(pages[0]?.items.map(({ kind }) => kind)).toEqual(["added", "text", "text"]);
    expect(pages[0]?.items[2]).toMatchObject({ uuid: reply.uuid, reply_to: before.uuid });
    const named = { ...to, message_uuid: before.uuid, op_id: randomUUID() };
    for (const refused of [
      () => londo.messages.get.query(named),
      () => londo.messages.list.query({ ...to, around: before.uuid }),
      () => londo.messages.react.mutate({ ...named, emoji: "👍" }),
      () => londo.messages.edit.mutate({ ...named, message: "x" }),
      () => londo.messages.delete.mutate(named),
      () => londo.messages.hide.mutate(named),
      () => londo.messageGroups.markRead.mutate(named),
      () =>
        londo.messages.create.mutate({
          ...{ ...to, client_id: createClientId(), message: "x", reply_to: before.uuid },
        }),
    ]) {
      expect(await refusalOf(refused())).toEqual({
        status: 403,
        app_code: "message_before_joined",
      });
    }
  });

  it("reads it where whoever adds them shares it", async () => {
    const message_group_uuid = await createGroup();
    await as("londo").messageGroups.leave.mutate(change(message_group_uuid));
    const { uuid } = await send("andrewbrown", { message_group_uuid }, "shared");
    const share = { handles: ["londo"], share_history: true };
    await as("bayko").messageGroups.add.mutate({ ...change(message_group_uuid), ...share });
    const read = { message_group_uuid, message_uuid: uuid };
    expect(await as("londo").messages.get.query(read)).toMatchObject({ message: "shared" });
  });
});

describe("an owner", () => {
  it("deletes anyone's message, which a member can't, and it says so", async () => {
    const message_group_uuid = await createGroup();
    const { uuid } = await send("londo", { message_group_uuid }, "a slip");
    const deletion = { ...change(message_group_uuid), message_uuid: uuid };
    const refused = as("bayko").messages.delete.mutate(deletion);
    expect(await refusalOf(refused)).toEqual({ status: 403, app_code: "not_the_sender" });
    const deleted = await as("andrewbrown").messages.delete.mutate(deletion);
    expect(deleted).toMatchObject({ message: "", user_uuid: uuidOf("londo") });
    expect(deleted.deleted_by_user_uuid).toBe(uuidOf("andrewbrown"));
  });

  it("can't change what the conversation says about the group", async () => {
    const message_group_uuid = await createGroup();
    const { items } = await as("andrewbrown").messages.list.query({ message_group_uuid });
    const message_uuid = items[0]?.uuid ?? "";
    const deletion = { ...change(message_group_uuid), message_uuid };
    const refused = as("andrewbrown").messages.delete.mutate(deletion);
    expect(await refusalOf(refused)).toEqual({ status: 409, app_code: "message_not_changeable" });
  });
});

it("a mention names its members, marks their inbox until they read, and nobody else's", async () => {
  const message_group_uuid = await createGroup();
  const sent = await send("andrewbrown", { message_group_uuid }, "ask @Bayko, not @nobody");
  expect(sent.mentions).toEqual([uuidOf("bayko")]);
  const stored = await stack.store.getMessage({ message_group_uuid, message_uuid: sent.uuid });
  if (stored === null) throw new Error("no message");
  const { updateMembership } = createProjection(stack);
  for (const handle of ALL) {
    await updateMembership({ user_uuid: uuidOf(handle), message_group_uuid }, [stored]);
  }
  const mentioned = async (handle: Handle) =>
    (await as(handle).messageGroups.get.query({ message_group_uuid })).mentioned;
  expect(await Promise.all(ALL.map(mentioned))).toEqual([false, true, false]);
  const read = { message_group_uuid, message_uuid: sent.uuid };
  await as("bayko").messageGroups.markRead.mutate(read);
  expect(await mentioned("bayko")).toBe(false);
  const toPair = await send("andrewbrown", { handle: "bayko" }, "hi @bayko");
  expect(toPair.mentions).toEqual([]);
});
