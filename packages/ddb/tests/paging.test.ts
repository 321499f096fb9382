import { randomUUID } from "node:crypto";
import { createMessageUuidFactory, messageCreatedAt } from "@cruddur/contract/ids";
import { beforeAll, describe, expect, it } from "vitest";
import { loadConversation } from "../src/access-patterns/load-conversation.ts";
import { toMembershipItem } from "../src/items/membership-item.ts";
import { createProjection } from "../src/projection.ts";
import type { Page, PagePosition } from "../src/types.ts";
import {
  historyOf,
  type Member,
  person,
  send,
  startPair,
  useTable,
  writeItems,
} from "./support.ts";

const table = useTable();

/** Follows a list to its end one way; fails when it doesn't end. */
async function follow<Item>(
  read: (position?: PagePosition) => Promise<Page<Item>>,
  way: "next" | "previous",
  start?: PagePosition,
): Promise<Page<Item>[]> {
  const pages: Page<Item>[] = [];
  let position: PagePosition | null | undefined = start;
  while (position !== null) {
    const page: Page<Item> = await read(position);
    pages.push(page);
    position = page[way];
    if (pages.length > 100) throw new Error("paging doesn't end");
  }
  return pages;
}

const range = (length: number) => Array.from({ length }, (_, index) => index);

describe("paging through a conversation", () => {
  const COUNT = 13;
  let message_group_uuid: string;
  let uuids: string[];
  beforeAll(async () => {
    const lines = range(COUNT).map((i) => ({ person: ((i % 2) + 1) as 1 | 2, message: `m${i}` }));
    const [from, to] = [person("a"), person("b")];
    ({ message_group_uuid } = await loadConversation(table, { lines, from, to }));
    uuids = (await historyOf(table.createStore(), message_group_uuid)).map(({ uuid }) => uuid);
    expect(uuids).toHaveLength(COUNT);
  });

  it.each(range(COUNT + 2).map((i) => i + 1))(
    "in pages of %i returns all, in order, once, to older and to newer, with exact ends",
    async (limit) => {
      const store = table.createStore();
      const read = (position?: PagePosition) =>
        store.listMessages({ joined_after: null, message_group_uuid, limit, position });
      const back = await follow(read, "next");
      expect(back).toHaveLength(Math.ceil(COUNT / limit));
      const fromOldest = back.toReversed().flatMap(({ items }) => items.map(({ uuid }) => uuid));
      expect(fromOldest).toEqual(uuids);
      expect(back[0]?.previous).toBeNull();

      const oldest = { after: uuids[0] ?? "" };
      const forth = await follow(read, "previous", oldest);
      expect(forth).toHaveLength(Math.ceil((COUNT - 1) / limit));
      const rest = forth.flatMap(({ items }) => items.map(({ uuid }) => uuid));
      expect(rest).toEqual(uuids.slice(1));
      for (const page of [...back.slice(1), ...forth]) {
        const [first, last] = [page.items[0]?.uuid ?? "", page.items.at(-1)?.uuid ?? ""];
        expect(page.next === null).toBe(first === uuids[0]);
        expect(page.previous === null).toBe(last === uuids.at(-1));
      }
    },
  );

  it("an empty page leads back to where something is", async () => {
    const store = table.createStore();
    const at = (position: PagePosition) =>
      store.listMessages({ joined_after: null, message_group_uuid, limit: 5, position });
    const beyondNewest = await at({ after: uuids.at(-1) ?? "" });
    expect(beyondNewest).toMatchObject({ items: [], previous: null });
    const newest = await at(beyondNewest.next ?? { before: "" });
    expect(newest.items.map(({ uuid }) => uuid)).toEqual(uuids.slice(-5));
    const beyondOldest = await at({ before: uuids[0] ?? "" });
    expect(beyondOldest).toMatchObject({ items: [], next: null });
    const oldest = await at(beyondOldest.previous ?? { after: "" });
    expect(oldest.items.map(({ uuid }) => uuid)).toEqual(uuids.slice(0, 5));
  });

  it.each([1, 2, 5, 20])(
    "around a message in pages of %i holds it, and goes on both ways",
    async (limit) => {
      const store = table.createStore();
      const read = (position?: PagePosition) =>
        store.listMessages({ joined_after: null, message_group_uuid, limit, position });
      for (const message_uuid of uuids) {
        const page = await store.listMessagesAround({
          joined_after: null,
          message_group_uuid,
          message_uuid,
          limit,
        });
        expect(page.items.some(({ uuid }) => uuid === message_uuid)).toBe(true);
        const older = page.next === null ? [] : await follow(read, "next", page.next);
        const newer = page.previous === null ? [] : await follow(read, "previous", page.previous);
        const all = [...older.toReversed(), page, ...newer];
        expect(all.flatMap(({ items }) => items.map(({ uuid }) => uuid))).toEqual(uuids);
      }
    },
  );

  it("around a message that isn't there says so", async () => {
    const message_uuid = createMessageUuidFactory()();
    for (const unknown of [message_uuid, randomUUID()]) {
      const input = { message_group_uuid, joined_after: null, message_uuid: unknown, limit: 5 };
      const reading = table.createStore().listMessagesAround(input);
      await expect(reading).rejects.toMatchObject({ code: "message_not_found" });
    }
  });

  it("since a moment starts with the first message at or after it", async () => {
    const store = table.createStore();
    const since = (sinceMs: number) =>
      store.listMessagesSince({ joined_after: null, message_group_uuid, sinceMs, limit: 4 });
    const ms = Date.parse(messageCreatedAt(uuids[3] ?? ""));
    const page = await since(ms);
    expect(page.items.map(({ uuid }) => uuid)).toEqual(uuids.slice(3, 7));
    expect(page).toMatchObject({ next: { before: uuids[3] }, previous: { after: uuids[6] } });
    expect((await since(ms + 1)).items[0]?.uuid).toBe(uuids[4]);
    expect(await since(0)).toMatchObject({ next: null });
    const beyond = await since(Date.now() + 60_000);
    expect(beyond).toMatchObject({ items: [], previous: null });
    const position = beyond.next ?? undefined;
    const before = await store.listMessages({
      ...{ joined_after: null, message_group_uuid, limit: 4, position },
    });
    expect(before.items.map(({ uuid }) => uuid)).toEqual(uuids.slice(-4));
  });

  it("of messages of the greatest size loses none to the 1 MB limit of a Query", async () => {
    const store = table.createStore();
    const [from, to] = [person("a"), person("b")];
    const message = "x".repeat(32_768);
    const lines = range(60).map(() => ({ person: 1 as const, message }));
    const loaded = await loadConversation(table, { lines, from, to });
    const pages = await follow(
      (position) => store.listMessages({ joined_after: null, ...loaded, limit: 100, position }),
      "next",
    );
    expect(new Set(pages.flatMap(({ items }) => items.map(({ uuid }) => uuid))).size).toBe(60);
  });
});

describe("paging through an inbox", () => {
  const COUNT = 11;
  const me = person("me");
  let handles: string[];
  beforeAll(async () => {
    const store = table.createStore();
    handles = range(COUNT).map((i) => `friend${i}`);
    for (const handle of handles) await startPair(store, [person(handle), me]);
  });

  it.each(range(COUNT + 2).map((i) => i + 1))(
    "in pages of %i shows each conversation once, newest first, in both directions, with exact ends",
    async (limit) => {
      const store = table.createStore();
      const read = (position?: PagePosition) =>
        store.listInbox({ user_uuid: me.user_uuid, limit, position });
      const names = (pages: Page<{ other: Member | null }>[]) =>
        pages.flatMap(({ items }) => items.map(({ other }) => other?.handle));
      const down = await follow(read, "next");
      expect(down).toHaveLength(Math.ceil(COUNT / limit));
      expect(names(down)).toEqual(handles.toReversed());
      expect(down[0]?.previous).toBeNull();
      const lowest = down.at(-1)?.items.at(-1)?.last_message;
      const up = await follow(read, "previous", { after: `${lowest?.created_at}#${lowest?.uuid}` });
      expect(names(up.toReversed())).toEqual(handles.toReversed().slice(0, -1));
    },
  );

  it("shows only what is unread when asked, and finds all of it", async () => {
    const store = table.createStore();
    const reader = person("reader");
    const mint = createMessageUuidFactory();
    const messageGroups = range(230).map(() => randomUUID());
    const items = messageGroups.map((message_group_uuid, index) => {
      const other = person(`x${index}`);
      return toMembershipItem({
        user_uuid: reader.user_uuid,
        message_group_uuid,
        member_count: 2,
        other,
        unread_count: index % 100 === 7 ? 1 : 0,
        read_message_uuid: null,
        last_message: { uuid: mint(), message: "hello", user_uuid: other.user_uuid },
      });
    });
    await writeItems(table, items);
    for (const limit of [1, 2, 3, 20]) {
      const pages = await follow(
        (position) =>
          store.listInbox({ user_uuid: reader.user_uuid, limit, position, unread: true }),
        "next",
      );
      const found = pages.flatMap(({ items }) => items.map((each) => each.message_group_uuid));
      expect(found).toEqual([messageGroups[207], messageGroups[107], messageGroups[7]]);
    }
  });
});

describe("the turn of the year", () => {
  it("hides nothing: at 00:00:01 on 1 January yesterday's conversation is there", async () => {
    const newYear = Date.parse("2027-01-01T00:00:01.000Z");
    const [a, b] = [person("a"), person("b")];
    const before = table.createStore({ now: () => newYear - 86_400_000 });
    const { message_group_uuid } = await startPair(before, [a, b], "happy new year soon");
    const after = table.createStore({ now: () => newYear });
    const inbox = await after.listInbox({ user_uuid: b.user_uuid, limit: 20 });
    expect(inbox.items.map((each) => each.last_message?.message)).toEqual(["happy new year soon"]);
    await send(after, b, message_group_uuid, "and now");
    const texts = (await historyOf(after, message_group_uuid)).map(({ message }) => message);
    expect(texts).toEqual(["happy new year soon", "and now"]);
  });
});

describe("rebuilding a membership", () => {
  it("that is right changes nothing", async () => {
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(table.createStore(), [a, b]);
    const projection = createProjection({ client: table.client });
    const rebuilt = await projection.rebuildMembership({
      user_uuid: b.user_uuid,
      message_group_uuid,
    });
    expect(rebuilt).toEqual({ repaired: false, member_count: 2 });
  });
});
