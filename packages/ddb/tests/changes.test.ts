import { randomUUID } from "node:crypto";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { MESSAGE_MAX_EDITS } from "@cruddur/contract/limits";
import { describe, expect, it } from "vitest";
import { createProjection } from "../src/projection.ts";
import type { MessagesStore } from "../src/store.ts";
import type { StoredMessage } from "../src/types.ts";
import { historyOf, type Member, membershipOf, person, startPair, useTable } from "./support.ts";

const table = useTable();
const DAY_MS = 86_400_000;
const projection = () => createProjection({ client: table.client });

/** A pair with one message, and changes of it by its sender. */
async function setUp(store: MessagesStore, text = "first text") {
  const [a, b] = [person("a"), person("b")];
  const message = await startPair(store, [a, b], text);
  const change = ({ user_uuid }: Member = a, op_id: string = randomUUID()) => ({
    user_uuid,
    message_group_uuid: message.message_group_uuid,
    message_uuid: message.uuid,
    op_id,
  });
  return { a, b, message, change };
}

async function everythingStored(): Promise<string> {
  const items: unknown[] = [];
  const pages = paginateScan({ client: table.client }, { TableName: table.tableName });
  for await (const { Items = [] } of pages) items.push(...Items);
  return JSON.stringify(items);
}

describe("an edit", () => {
  it("replaces the text, keeps place and sender, and says when it was made", async () => {
    const store = table.createStore();
    const { message, change } = await setUp(store);
    const edited = await store.editMessage({ ...change(), message: "second text" });
    expect(edited).toMatchObject({ ...message, message: "second text", revision: 1 });
    expect(Date.parse(edited.edited_at ?? "")).toBeGreaterThanOrEqual(
      Date.parse(message.created_at),
    );
    expect(await historyOf(store, message.message_group_uuid)).toEqual([edited]);
  });

  it("that is repeated after a later edit doesn't replace it", async () => {
    const store = table.createStore();
    const { change } = await setUp(store);
    const first = change();
    await store.editMessage({ ...first, message: "first edit" });
    const second = await store.editMessage({ ...change(), message: "second edit" });
    expect(await store.editMessage({ ...first, message: "first edit" })).toEqual(second);
    const shouted = { ...first, op_id: first.op_id.toUpperCase(), message: "first edit" };
    expect(await store.editMessage(shouted)).toEqual(second);
  });

  it("sent 10 times at once is made once, and concurrent edits are all made in some order", async () => {
    const stores = [table.createStore(), table.createStore()];
    const { change } = await setUp(table.createStore());
    const edits = [change(), change(), change()];
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        stores[index % 2]?.editMessage({
          ...(edits[index % 3] ?? change()),
          message: `edit ${index % 3}`,
        }),
      ),
    );
    const newest = results.reduce<StoredMessage | undefined>(
      (a, b) => ((a?.revision ?? 0) > (b?.revision ?? 0) ? a : b),
      undefined,
    );
    expect(newest?.revision).toBe(3);
    expect(newest?.edit_op_ids?.toSorted()).toEqual(edits.map(({ op_id }) => op_id).sort());
  });

  it("is possible for 24 hours, and a repeat of one that was made is answered after that", async () => {
    const sentMs = Date.now();
    let nowMs = sentMs;
    const store = table.createStore({ now: () => nowMs });
    const { change } = await setUp(store);
    nowMs = sentMs + DAY_MS - 60_000;
    const inTime = change();
    await store.editMessage({ ...inTime, message: "in time" });
    nowMs = sentMs + DAY_MS + 60_000;
    const late = store.editMessage({ ...change(), message: "late" });
    await expect(late).rejects.toMatchObject({ code: "message_edit_window_closed" });
    const again = await store.editMessage({ ...inTime, message: "in time" });
    expect(again.message).toBe("in time");
  });

  it("is refused once a message has been edited as often as is remembered", async () => {
    const store = table.createStore();
    const { change } = await setUp(store);
    for (let index = 0; index < MESSAGE_MAX_EDITS; index += 1) {
      await store.editMessage({ ...change(), message: `edit ${index}` });
    }
    const more = store.editMessage({ ...change(), message: "one more" });
    await expect(more).rejects.toMatchObject({ code: "message_edits_full" });
  });

  it("of somebody else's message, or of none, is refused", async () => {
    const store = table.createStore();
    const { b, change } = await setUp(store);
    const ofOther = store.editMessage({ ...change(b), message: "mine now" });
    await expect(ofOther).rejects.toMatchObject({ code: "not_the_sender" });
    for (const message_uuid of [randomUUID(), "019aa5f0-1c00-7abc-8def-0123456789ab"]) {
      const ofNone = store.editMessage({ ...change(), message_uuid, message: "x" });
      await expect(ofNone).rejects.toMatchObject({ code: "message_not_found" });
    }
  });
});

describe("a delete", () => {
  it("leaves a tombstone in the message's place, and its text nowhere in the table", async () => {
    const store = table.createStore();
    const { a, b, message, change } = await setUp(store, "a secret");
    const { message_group_uuid } = message;
    const edit = change();
    await store.editMessage({ ...edit, message: "the secret in other words" });
    const tombstone = await store.deleteMessage(change());
    expect(tombstone).toMatchObject({ uuid: message.uuid, user_uuid: a.user_uuid, message: "" });
    expect(tombstone).not.toHaveProperty("edited_at");
    for (const { user_uuid } of [a, b]) {
      await projection().reviseMembership({ user_uuid, message_group_uuid }, [tombstone]);
    }
    expect(await everythingStored()).not.toContain("secret");
    const { last_message, unread_count } = await membershipOf(store, b, message_group_uuid);
    expect(last_message).toMatchObject({ uuid: message.uuid, message: "", deleted: true });
    expect(unread_count).toBe(0);
  });

  it("takes the mentions, the reactions and the link to the answered message with the text", async () => {
    const store = table.createStore();
    const { a, b, message, change } = await setUp(store);
    const answer = await store.sendMessage({
      ...{ sender: a, client_id: randomUUID(), message: "@b look", reply_to: message.uuid },
      mentions: [b.user_uuid],
      membership: await membershipOf(store, a, message.message_group_uuid),
    });
    const ofAnswer = (by: Member) => ({ ...change(by), message_uuid: answer.uuid });
    const reacted = await store.addReaction({ ...ofAnswer(b), emoji: "👍" });
    const emptied = ["mentions", "reply_to", "reactions", "reaction_op_ids"];
    expect(Object.keys(reacted)).toEqual(expect.arrayContaining(emptied));
    const tombstone = await store.deleteMessage(ofAnswer(a));
    for (const name of emptied) expect(tombstone).not.toHaveProperty(name);
  });

  it("can be repeated with any op_id, and nothing revives the message", async () => {
    const store = table.createStore();
    const { a, message, change } = await setUp(store);
    const edit = change();
    await store.editMessage({ ...edit, message: "edited" });
    const tombstone = await store.deleteMessage(change());
    expect(await store.deleteMessage(change())).toEqual(tombstone);
    expect(await store.editMessage({ ...edit, message: "edited" })).toEqual(tombstone);
    const revival = store.editMessage({ ...change(), message: "back" });
    await expect(revival).rejects.toMatchObject({ code: "message_deleted" });
    const { message_group_uuid, client_id } = message;
    const membership = await membershipOf(store, a, message_group_uuid);
    const resent = await store.sendMessage({
      ...{ sender: a, client_id, message: "first text", membership },
    });
    expect(resent).toEqual(tombstone);
  });

  it("of somebody else's message is refused", async () => {
    const store = table.createStore();
    const { b, message, change } = await setUp(store);
    await expect(store.deleteMessage(change(b))).rejects.toMatchObject({ code: "not_the_sender" });
    expect(await historyOf(store, message.message_group_uuid)).toEqual([message]);
  });
});

it("a deleted message isn't counted as unread by a marker that stops before it", async () => {
  const store = table.createStore();
  const { a, b, message, change } = await setUp(store);
  const { message_group_uuid } = message;
  const membership = await membershipOf(store, a, message_group_uuid);
  const second = await store.sendMessage({
    ...{ sender: a, client_id: randomUUID(), message: "second", membership },
  });
  await projection().updateMembership({ user_uuid: b.user_uuid, message_group_uuid }, [second]);
  await store.deleteMessage({ ...change(), message_uuid: second.uuid });
  const { user_uuid } = b;
  const marked = await store.markRead({
    ...{ user_uuid, message_group_uuid, message_uuid: message.uuid },
  });
  expect(marked.unread_count).toBe(0);
});
