import { randomUUID } from "node:crypto";
import type { OperatorProjection } from "@cruddur/ddb/projection";
import type { Member, StoredMessage } from "@cruddur/ddb/types";
import { describe, expect, it } from "vitest";
import { at, createRunner, recordOf, type StreamRecord, texts, useStack } from "./support.ts";

const stack = useStack();

/** Two messages of the first of three members, projected, and changes of them with their records. */
async function setUp(projection: OperatorProjection = stack.projection) {
  const { message_group_uuid, members } = await stack.createMessageGroup(3);
  const sender = at(members, 0);
  const inserts = [
    await stack.send(sender, message_group_uuid, "older"),
    await stack.send(sender, message_group_uuid, "newest"),
  ] as const;
  const { run } = createRunner(projection);
  const change = (record: StreamRecord) => ({
    user_uuid: sender.user_uuid,
    message_group_uuid,
    message_uuid: record.dynamodb.NewImage.message_uuid?.S ?? "",
    op_id: randomUUID(),
  });
  const changed = (message: StoredMessage) => recordOf(message, "MODIFY");
  return {
    ...{ message_group_uuid, members, inserts, run },
    edit: async (record: StreamRecord, message: string) =>
      changed(await stack.store.editMessage({ ...change(record), message })),
    remove: async (record: StreamRecord) =>
      changed(await stack.store.deleteMessage(change(record))),
    memberships: () =>
      Promise.all(members.map((each: Member) => stack.membership(each, message_group_uuid))),
  };
}

const unread = (memberships: { unread_count: number }[]) =>
  memberships.map((each) => each.unread_count);

describe("an edit", () => {
  it("of the newest message rewrites every preview, and moves and counts nothing", async () => {
    const { inserts, run, edit, memberships } = await setUp();
    await run(...inserts);
    const before = await memberships();
    await run(await edit(inserts[1], "edited"));
    const after = await memberships();
    expect(texts(after)).toEqual(["edited", "edited", "edited"]);
    expect(unread(after)).toEqual(unread(before));
    expect(after.map(({ last_message }) => last_message?.uuid)).toEqual(
      before.map(({ last_message }) => last_message?.uuid),
    );
  });

  it("of an older message reads one key and writes nothing", async () => {
    const refused: OperatorProjection = {
      ...stack.projection,
      reviseMembership: () => Promise.reject(new Error("no membership shows this message")),
    };
    const { inserts, run, edit, memberships } = await setUp(refused);
    await run(...inserts);
    expect(await run(await edit(inserts[0], "edited"))).toEqual([]);
    expect(texts(await memberships())).toEqual(["newest", "newest", "newest"]);
  });

  it("of the newest message in one batch with the delete of an older one lowers the count too", async () => {
    const { inserts, run, edit, remove, memberships } = await setUp();
    await run(...inserts);
    await run(await remove(inserts[0]), await edit(inserts[1], "edited"));
    expect(texts(await memberships())).toEqual(Array(3).fill("edited"));
    expect(unread(await memberships())).toEqual([0, 1, 1]);
  });

  it("that comes again after a later one doesn't bring its text back", async () => {
    const { inserts, run, edit, memberships } = await setUp();
    const first = await edit(inserts[1], "first edit");
    const second = await edit(inserts[1], "second edit");
    await run(...inserts, first, second);
    expect(texts(await memberships())).toEqual(Array(3).fill("second edit"));
    await run(first);
    await run(...inserts);
    expect(texts(await memberships())).toEqual(Array(3).fill("second edit"));
    expect(unread(await memberships())).toEqual([0, 2, 2]);
  });
});

describe("a delete", () => {
  it("of the newest message clears every preview, keeps the place and lowers the count once", async () => {
    const { inserts, run, remove, memberships } = await setUp();
    await run(...inserts);
    const record = await remove(inserts[1]);
    for (const records of [[record], [record], [...inserts, record], [inserts[1]]]) {
      await run(...records);
      const after = await memberships();
      expect(after.map(({ last_message }) => last_message?.deleted)).toEqual([true, true, true]);
      expect(texts(after)).toEqual(["", "", ""]);
      expect(unread(after)).toEqual([0, 1, 1]);
    }
  });

  it("of an older message lowers the count of those who haven't read it, and of nobody else", async () => {
    const { message_group_uuid, members, inserts, run, remove, memberships } = await setUp();
    await run(...inserts);
    const message_uuid = inserts[0].dynamodb.NewImage.message_uuid?.S ?? "";
    await stack.store.markRead({ ...at(members, 1), message_group_uuid, message_uuid });
    await run(await remove(inserts[0]));
    expect(texts(await memberships())).toEqual(["newest", "newest", "newest"]);
    expect(unread(await memberships())).toEqual([0, 1, 1]);
  });

  it("in one batch with its message counts nobody anything, also for those who read nothing", async () => {
    const { inserts, run, remove, memberships } = await setUp();
    const records = [await remove(inserts[0]), await remove(inserts[1])];
    await run(...inserts, ...records);
    expect(unread(await memberships())).toEqual([0, 0, 0]);
    expect(texts(await memberships())).toEqual(["", "", ""]);
  });

  it("of a message from before somebody joined changes nothing for them, and neither does a replay", async () => {
    const { message_group_uuid, members, inserts, run, edit, remove } = await setUp();
    const edited = await edit(inserts[1], "edited");
    const removed = await remove(inserts[1]);
    await run(...inserts, edited, removed);
    const newcomer = { user_uuid: randomUUID(), handle: "new", display_name: "New" };
    await stack.addMember(message_group_uuid, at(members, 0), newcomer);
    await run(...inserts, edited);
    const { last_message, unread_count } = await stack.membership(newcomer, message_group_uuid);
    expect([last_message?.system_kind, unread_count]).toEqual(["added", 0]);
  });

  it("of a mention takes it out of the inbox, also in one batch with its repeated insert", async () => {
    const { message_group_uuid, members, run, remove } = await setUp();
    const [sender, reader] = [at(members, 0), at(members, 1)];
    const membership = await stack.membership(sender, message_group_uuid);
    const sent = await stack.store.sendMessage({
      ...{ sender, membership, client_id: randomUUID(), message: "@person1" },
      mentions: [reader.user_uuid],
    });
    const insert = recordOf(sent);
    const mentioned = async () => (await stack.membership(reader, message_group_uuid)).mentioned;
    await run(insert);
    expect(await mentioned()).toBe(true);
    const removal = await remove(insert);
    for (const records of [[insert, removal], [insert], [removal]]) {
      await run(...records);
      expect(await mentioned()).toBe(false);
    }
  });

  it("leaves memberships that a rebuild would leave as they are", async () => {
    const { message_group_uuid, members, inserts, run, edit, remove } = await setUp();
    await run(...inserts, await edit(inserts[1], "edited"));
    await run(await remove(inserts[0]));
    for (const { user_uuid } of members) {
      const id = { user_uuid, message_group_uuid };
      expect(await stack.projection.rebuildMembership(id)).toMatchObject({ repaired: false });
    }
  });
});

it("a record that neither inserts, edits nor deletes a message is ignored", async () => {
  const { inserts, run, memberships } = await setUp();
  await run(...inserts);
  const before = await memberships();
  const [first] = inserts;
  const { change: _, ...NewImage } = first.dynamodb.NewImage;
  const touched = { ...first, eventName: "MODIFY", dynamodb: { ...first.dynamodb, NewImage } };
  expect(await run(touched)).toEqual([]);
  expect(await memberships()).toEqual(before);
});
