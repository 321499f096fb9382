import { randomUUID } from "node:crypto";
import { MESSAGE_MAX_EMOJI } from "@cruddur/contract/limits";
import { describe, expect, it } from "vitest";
import type { MessagesStore } from "../src/store.ts";
import { type Member, membershipOf, people, person, send, startPair, useTable } from "./support.ts";

const table = useTable();
const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏", "🎉", "🔥", "👀", "✅", "🚀", "💯", "🤝"];

async function setUp(store: MessagesStore) {
  const [a, b] = [person("a"), person("b")];
  const { message_group_uuid, uuid } = await startPair(store, [a, b]);
  const react = ({ user_uuid }: Member, emoji: string, op_id: string = randomUUID()) => ({
    ...{ user_uuid, message_group_uuid, message_uuid: uuid, emoji, op_id },
  });
  return { a, b, message_group_uuid, uuid, react };
}

describe("a reaction", () => {
  it("is there once a person and emoji, however often it is added, until it is taken off", async () => {
    const store = table.createStore();
    const { a, b, react } = await setUp(store);
    await store.addReaction(react(a, "👍"));
    await store.addReaction(react(a, "👍"));
    const { reactions = [] } = await store.addReaction(react(b, "👍"));
    expect(reactions.toSorted()).toEqual([`${a.user_uuid}:👍`, `${b.user_uuid}:👍`].sort());
    await store.removeReaction(react(a, "👍"));
    const none = await store.removeReaction(react(b, "👍"));
    expect(none).not.toHaveProperty("reactions");
    expect(await store.removeReaction(react(b, "👍"))).toEqual(none);
  });

  it("that is repeated after any number of others, when its id is long forgotten, changes nothing", async () => {
    const store = table.createStore();
    const { a, b, react } = await setUp(store);
    const [added, taken] = [react(a, "👍"), react(a, "🎉")];
    await store.addReaction(added);
    await store.addReaction(react(a, "🎉"));
    await store.removeReaction(taken);
    for (let i = 0; i < 6; i += 1) {
      await store.addReaction(react(b, "🔥"));
      await store.removeReaction(react(b, "🔥"));
    }
    const before = await store.addReaction(react(b, "👀"));
    expect(before.reaction_op_ids).not.toContain(added.op_id);
    expect(await store.addReaction(added)).toEqual(before);
    expect(await store.removeReaction(taken)).toEqual(before);
  });

  it("that is repeated after it was taken off doesn't come back", async () => {
    const store = table.createStore();
    const { a, react } = await setUp(store);
    const first = react(a, "👍");
    await store.addReaction(first);
    const without = await store.removeReaction(react(a, "👍"));
    expect(await store.addReaction(first)).toEqual(without);
  });

  it("of 30 people at once is there for each of them", async () => {
    const store = table.createStore();
    const { react } = await setUp(store);
    const all = people(30);
    await Promise.all(all.map((each) => store.addReaction(react(each, "🎉"))));
    const { reactions = [] } = await store.addReaction(react(all[0] as Member, "🎉"));
    expect(reactions).toHaveLength(30);
  });

  it("with a thirteenth emoji is refused, and one with an emoji that is there isn't", async () => {
    const store = table.createStore();
    const { a, b, react } = await setUp(store);
    for (const emoji of EMOJI.slice(0, MESSAGE_MAX_EMOJI)) await store.addReaction(react(a, emoji));
    const more = store.addReaction(react(b, EMOJI[MESSAGE_MAX_EMOJI] ?? ""));
    await expect(more).rejects.toMatchObject({ code: "reactions_full" });
    const { reactions } = await store.addReaction(react(b, "👍"));
    expect(reactions).toHaveLength(MESSAGE_MAX_EMOJI + 1);
  });

  it("moves no conversation and makes nothing unread", async () => {
    const store = table.createStore();
    const { a, b, message_group_uuid, react } = await setUp(store);
    const before = await membershipOf(store, a, message_group_uuid);
    await store.addReaction(react(b, "👍"));
    expect(await membershipOf(store, a, message_group_uuid)).toEqual(before);
  });

  it("is gone with a deleted message, which takes no other", async () => {
    const store = table.createStore();
    const { a, b, react } = await setUp(store);
    await store.addReaction(react(b, "👍"));
    const { emoji: _, ...change } = react(a, "");
    expect(await store.deleteMessage(change)).not.toHaveProperty("reactions");
    const late = store.addReaction(react(b, "❤️"));
    await expect(late).rejects.toMatchObject({ code: "message_deleted" });
  });
});

describe("a reply", () => {
  it("names the message that it answers, also a deleted one, and no message of another group", async () => {
    const store = table.createStore();
    const { a, b, message_group_uuid, uuid, react } = await setUp(store);
    const membership = await membershipOf(store, b, message_group_uuid);
    const draft = () => ({ sender: b, client_id: randomUUID(), message: "answer", membership });
    const input = { ...draft(), reply_to: uuid.toUpperCase() };
    const reply = await store.sendMessage(input);
    expect(reply.reply_to).toBe(uuid);
    const { emoji: _, ...change } = react(a, "");
    await store.deleteMessage(change);
    expect(await store.sendMessage(input)).toEqual(reply);
    expect(await store.sendMessage({ ...draft(), reply_to: uuid })).toMatchObject({
      reply_to: uuid,
    });
    const elsewhere = await startPair(store, [a, person("c")]);
    const crossing = store.sendMessage({ ...draft(), reply_to: elsewhere.uuid });
    await expect(crossing).rejects.toMatchObject({ code: "message_not_found" });
    const next = await send(store, a, message_group_uuid, "next");
    expect(next).not.toHaveProperty("reply_to");
  });
});
