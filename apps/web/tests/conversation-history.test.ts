import { createMessageUuidFactory, messageCreatedAt } from "@cruddur/contract/ids";
import type { Message } from "@cruddur/contract/schemas";
import { expect, test } from "vitest";
import { buildRows } from "../src/features/conversation/feed-rows.ts";
import { createHistory, type ListInput } from "../src/features/conversation/history.ts";
import {
  MAX_PAGES,
  type MessagePage,
  PAGE_ITEMS,
} from "../src/features/conversation/history-window.ts";
import { planOpening } from "../src/features/conversation/opening.ts";
import { createReadProgress } from "../src/features/conversation/read-progress.ts";

/** A conversation of `count` messages a minute apart, with the server's paging. */
function createServer(count: number) {
  let nowMs = Date.UTC(2026, 0, 1);
  const mint = createMessageUuidFactory(() => nowMs);
  const messages: Message[] = [];
  const write = (user_uuid = "ana"): Message => {
    nowMs += 60_000;
    const uuid = mint();
    const message = {
      uuid,
      message_group_uuid: "group",
      client_id: `client-${uuid}`,
      user_uuid,
      display_name: user_uuid,
      handle: user_uuid,
      message: `message ${messages.length}`,
      created_at: messageCreatedAt(uuid),
    };
    messages.push(message);
    return message;
  };
  for (let i = 0; i < count; i += 1) write();

  const page = (from: number, to: number): MessagePage => {
    const [start, end] = [Math.max(0, from), Math.min(messages.length, to)];
    return {
      items: messages.slice(start, end),
      next_cursor: start > 0 ? `before:${start}` : null,
      previous_cursor: end < messages.length ? `after:${end}` : null,
    };
  };
  const calls: ListInput[] = [];
  let gate: Promise<void> = Promise.resolve();
  const list = async (input: ListInput): Promise<MessagePage> => {
    calls.push(input);
    const { cursor, around, since, limit } = input;
    const [direction, at] = cursor?.split(":") ?? [];
    const answer =
      direction === "before"
        ? page(Number(at) - limit, Number(at))
        : direction === "after"
          ? page(Number(at), Number(at) + limit)
          : around !== undefined
            ? page(indexOf(around) - limit / 2, indexOf(around) + limit / 2)
            : since !== undefined
              ? page(firstSince(since), firstSince(since) + limit)
              : page(messages.length - limit, messages.length);
    await gate;
    return answer;
  };
  const indexOf = (uuid: string) => messages.findIndex((message) => message.uuid === uuid);
  const firstSince = (since: string) => {
    const at = messages.findIndex(({ created_at }) => created_at >= since);
    return at < 0 ? messages.length : at;
  };
  return {
    messages,
    write,
    list,
    calls,
    /** Holds answers, made before, until the returned function is called. */
    hold() {
      let release = () => {};
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
  };
}

const open = async (count: number) => {
  const server = createServer(count);
  const history = createHistory({ list: server.list, user_uuid: "me" });
  await history.open({ at: "newest" });
  return { server, history };
};

test("paging to both ends shows every message once, in order, within the cap", async () => {
  const { server, history } = await open(1_000);
  const seen = new Set(history.state.get().messages.map(({ uuid }) => uuid));
  const check = () => {
    const { messages } = history.state.get();
    const uuids = messages.map(({ uuid }) => uuid);
    const at = server.messages.findIndex(({ uuid }) => uuid === uuids[0]);
    expect(uuids).toEqual(server.messages.slice(at, at + uuids.length).map(({ uuid }) => uuid));
    expect(uuids.length).toBeLessThanOrEqual(MAX_PAGES * PAGE_ITEMS);
    for (const uuid of uuids) seen.add(uuid);
  };
  while (!history.state.get().isComplete) {
    await history.loadOlder();
    check();
  }
  expect(seen.size).toBe(1_000);
  expect(history.state.get().isAttached).toBe(false);
  while (!history.state.get().isAttached) {
    await history.loadNewer();
    check();
  }
  expect(history.state.get().messages.at(-1)).toBe(server.messages.at(-1));
});

test("a message known twice is one row, on the border of two pages too", async () => {
  const { server, history } = await open(200);
  await history.loadOlder();
  const border = server.messages.at(-PAGE_ITEMS);
  if (border === undefined) throw new Error("no such message");
  const before = history.state.get().messages;
  history.receive({ ...border });
  expect(history.state.get().messages).toBe(before);
});

test("one request goes out per direction, however often it is asked for", async () => {
  const { server, history } = await open(200);
  const before = server.calls.length;
  await Promise.all([history.loadOlder(), history.loadOlder(), history.loadOlder()]);
  expect(server.calls.length - before).toBe(1);
});

test("a live message that comes twice, or before its own page's answer, is one row", async () => {
  const server = createServer(3);
  const history = createHistory({ list: server.list, user_uuid: "me" });
  const release = server.hold();
  const opening = history.open({ at: "newest" });
  const message = server.write();
  history.receive(message);
  release();
  await opening;
  history.receive({ ...message });
  expect(history.state.get().messages.map(({ uuid }) => uuid)).toEqual(
    server.messages.map(({ uuid }) => uuid),
  );
});

test("live messages that arrive out of order are shown in order", async () => {
  const { server, history } = await open(3);
  const [first, second] = [server.write(), server.write()];
  history.receive(second);
  history.receive(first);
  expect(history.state.get().messages).toEqual(server.messages);
});

test("a live message never lands in old history; it is counted, and is there at the end", async () => {
  const { server, history } = await open(500);
  const old = server.messages[20];
  if (!old) throw new Error("no such message");
  await history.open({ at: "message", uuid: old.uuid });
  history.receive(server.write());
  expect(history.state.get().messages).not.toContain(server.messages.at(-1));
  expect(history.state.get().arrived).toEqual([server.messages.at(-1)?.uuid]);
  while (!history.state.get().isAttached) await history.loadNewer();
  expect(history.state.get().messages.at(-1)).toBe(server.messages.at(-1));
});

test("after a gap nothing is missing and nothing doubled, however large it was", async () => {
  const { server, history } = await open(60);
  for (const missed of [3, 130]) {
    for (let i = 0; i < missed; i += 1) server.write();
    await history.catchUp();
    while (!history.state.get().isAttached) await history.loadNewer();
    const { messages } = history.state.get();
    expect(messages).toEqual(server.messages.slice(-messages.length));
  }
});

test("a read of the newest page that lags takes nothing away that was shown", async () => {
  const { server, history } = await open(60);
  const last = server.messages.at(-1);
  const live = server.write();
  history.receive(live);
  // Two messages behind: one that came in a page, one that came live.
  const lagging = createHistory({
    list: async (input) => {
      const page = await server.list(input);
      const isNewest = !("cursor" in input || "around" in input || "since" in input);
      return isNewest && reads++ > 0 ? { ...page, items: page.items.slice(0, -2) } : page;
    },
    user_uuid: "me",
  });
  let reads = 0;
  await lagging.open({ at: "newest" });
  await lagging.open({ at: "newest" });
  expect(lagging.state.get().messages.slice(-2)).toEqual([last, live]);
  await lagging.open({ at: "message", uuid: server.messages[5]?.uuid ?? "" });
  await lagging.open({ at: "newest" });
  expect(lagging.state.get().messages.slice(-2)).toEqual([last, live]);
});

test("out of reach, the end as it was known can be gone back to, and the gap is filled after", async () => {
  const { server, history } = await open(300);
  expect(createHistory({ list: server.list, user_uuid: "me" }).recall()).toBe(false);
  const known = server.messages.at(-1);
  await history.open({ at: "message", uuid: server.messages[10]?.uuid ?? "" });
  expect(history.state.get().isAttached).toBe(false);
  // Missed, but for the last.
  for (let i = 0; i < 5; i += 1) server.write();
  history.receive(server.write());
  expect(history.recall()).toBe(true);
  expect(history.state.get().messages.at(-1)).toBe(known);
  await history.catchUp();
  const { messages, isAttached } = history.state.get();
  expect(isAttached).toBe(true);
  expect(messages).toEqual(server.messages.slice(-messages.length));
});

test("an answer for a window that was replaced meanwhile is dropped", async () => {
  const { server, history } = await open(300);
  const release = server.hold();
  const late = history.loadOlder();
  const old = server.messages[10];
  if (!old) throw new Error("no such message");
  const jump = history.open({ at: "message", uuid: old.uuid });
  release();
  await Promise.all([late, jump]);
  expect(history.state.get().messages.some(({ uuid }) => uuid === old.uuid)).toBe(true);
  expect(history.state.get().older).toBe("idle");
  expect(history.state.get().isAttached).toBe(false);
});

test("a failed page is asked for again only when somebody wants it", async () => {
  const server = createServer(200);
  let isDown = false;
  const history = createHistory({
    list: (input) => (isDown ? Promise.reject(new TypeError("fetch failed")) : server.list(input)),
    user_uuid: "me",
  });
  await history.open({ at: "newest" });
  isDown = true;
  await history.loadOlder();
  expect(history.state.get().older).toBe("failed");
  isDown = false;
  await history.loadOlder();
  expect(history.state.get().messages).toHaveLength(2 * PAGE_ITEMS);
});

test("an own message is one row with one key from the outbox to the server's copy", () => {
  const server = createServer(2);
  const own = server.write("me");
  const pending = {
    client_id: own.client_id,
    message_group_uuid: "group",
    handle: null,
    seq: 1,
    message: own.message,
    state: "sending" as const,
    tries: 1,
    created_at: own.created_at,
    error: null,
  };
  const time = { dayKey: (moment: string | number) => String(moment).slice(0, 10) };
  const options = { user_uuid: "me", divider: null, time, unsent: [pending] };
  const before = buildRows({ ...options, messages: server.messages.slice(0, 2) });
  const after = buildRows({ ...options, messages: server.messages });
  expect(before.map(({ key }) => key)).toEqual(after.map(({ key }) => key));
});

test("the divider stands before the first unread message by somebody else", async () => {
  const { server } = await open(5);
  const marker = server.messages[1]?.uuid ?? null;
  const group = { read_message_uuid: marker, unread_count: 3, last_message_uuid: "" };
  const options = { user_uuid: "me", position: null, messageUuid: null, isComplete: true };
  expect(planOpening({ ...options, messages: server.messages, group })?.divider).toBe(
    server.messages[2]?.uuid,
  );
  const allRead = {
    ...group,
    unread_count: 0,
    last_message_uuid: server.messages.at(-1)?.uuid ?? "",
  };
  expect(planOpening({ ...options, messages: server.messages, group: allRead })).toMatchObject({
    divider: null,
    start: { at: "end" },
  });
});

test("a row counts as read after a second in view, and not while nobody looks", () => {
  const progress = createReadProgress("a");
  progress.look("b", 0);
  progress.look("c", 500);
  expect(progress.take(999)).toBeNull();
  expect(progress.take(1_000)).toBe("b");
  progress.look(null, 1_200);
  expect(progress.take(2_000)).toBeNull();
  progress.look("c", 3_000);
  expect(progress.dueMs()).toBe(4_000);
  expect(progress.take(4_000)).toBe("c");
  progress.look("b", 5_000);
  expect(progress.take(9_000)).toBeNull();
});
