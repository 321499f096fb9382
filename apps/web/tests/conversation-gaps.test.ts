import { expect, test, vi } from "vitest";
import { createMessageHistory } from "../src/features/conversation/message-history/message-history.ts";
import { createServer, open } from "./paged-server.ts";

test("after a gap of any size, no message is missing and none is doubled", async () => {
  const { server, history } = await open(60);
  for (const missed of [3, 130]) {
    for (let i = 0; i < missed; i += 1) server.write();
    await history.catchUp();
    while (!history.state.get().isAttached) await history.loadNewer();
    const { messages } = history.state.get();
    expect(messages).toEqual(server.messages.slice(-messages.length));
  }
});

test("a read of the newest page that lags removes no message that was shown", async () => {
  const { server, history } = await open(60);
  const last = server.messages.at(-1);
  const live = server.write();
  history.upsert(live);
  // The read lacks two messages: one was in an earlier page, one arrived live.
  const lagging = createMessageHistory({
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

test("without the server, the last known end can be shown, and the gap is filled later", async () => {
  const { server, history } = await open(300);
  expect(createMessageHistory({ list: server.list, user_uuid: "me" }).restoreLastAttached()).toBe(
    false,
  );
  const known = server.messages.at(-1);
  await history.open({ at: "message", uuid: server.messages[10]?.uuid ?? "" });
  expect(history.state.get().isAttached).toBe(false);
  // All of these are missed except the last.
  for (let i = 0; i < 5; i += 1) server.write();
  history.upsert(server.write());
  expect(history.restoreLastAttached()).toBe(true);
  expect(history.state.get().messages.at(-1)).toBe(known);
  await history.catchUp();
  const { messages, isAttached } = history.state.get();
  expect(isAttached).toBe(true);
  expect(messages).toEqual(server.messages.slice(-messages.length));
});

test("an own message that is stored before the newest page arrives stays visible, and the gap is still filled", async () => {
  const { server, history } = await open(300);
  await history.open({ at: "message", uuid: server.messages[10]?.uuid ?? "" });
  for (let i = 0; i < 5; i += 1) server.write();
  const own = server.write("me");
  history.upsert(own);
  expect(history.restoreLastAttached()).toBe(true);
  expect(history.state.get().messages.at(-1)).toBe(own);
  await history.catchUp();
  const { messages } = history.state.get();
  expect(messages).toEqual(server.messages.slice(-messages.length));
});

test("a gap is filled from its start, although the first request fails and a message arrives live before the second", async () => {
  vi.useFakeTimers();
  try {
    const server = createServer(60);
    let failures = 0;
    const history = createMessageHistory({
      list: (input) =>
        failures-- > 0 ? Promise.reject(new TypeError("fetch failed")) : server.list(input),
      user_uuid: "me",
    });
    await history.open({ at: "newest" });
    for (let i = 0; i < 3; i += 1) server.write();
    failures = 1;
    const filled = history.catchUp();
    history.upsert(server.write());
    await vi.runAllTimersAsync();
    await filled;
    const { messages, unseen } = history.state.get();
    expect(messages).toEqual(server.messages.slice(-messages.length));
    expect(unseen).toEqual(server.messages.slice(-4).map(({ uuid }) => uuid));
  } finally {
    vi.useRealTimers();
  }
});

test("a gap of several pages is filled completely, although a message arrives live before the first page", async () => {
  const { server, history } = await open(60);
  for (let i = 0; i < 130; i += 1) server.write();
  const release = server.hold();
  const filled = history.catchUp();
  history.upsert(server.write());
  release();
  await filled;
  while (!history.state.get().isAttached) await history.loadNewer();
  const { messages } = history.state.get();
  expect(messages).toEqual(server.messages.slice(-messages.length));
});

test("a request from before the window was replaced does not count as the next catch-up", async () => {
  const { server, history } = await open(300);
  const release = server.hold();
  const late = history.catchUp();
  const jump = history.open({ at: "message", uuid: server.messages[10]?.uuid ?? "" });
  server.write();
  expect(history.restoreLastAttached()).toBe(true);
  const filled = history.catchUp();
  release();
  await Promise.all([late, jump, filled]);
  const { messages } = history.state.get();
  expect(messages).toEqual(server.messages.slice(-messages.length));
});

test.each([
  ["is stored", true],
  ["is still in the outbox", false],
])(
  "an own message that %s stays in view when more was missed than a page holds",
  async (_, isStored) => {
    const server = createServer(300);
    const history = createMessageHistory({
      list: server.list,
      user_uuid: "me",
      hasUnsent: () => !isStored,
    });
    await history.open({ at: "newest" });
    for (let i = 0; i < 130; i += 1) server.write();
    const release = server.hold();
    const filled = history.catchUp();
    const own = isStored ? server.write("me") : null;
    if (own !== null) history.upsert(own);
    release();
    await filled;
    const { messages, isAttached, unseen } = history.state.get();
    // The outbox's messages are shown after an attached window only.
    expect(isAttached).toBe(true);
    if (own !== null) expect(messages.at(-1)).toBe(own);
    expect(messages).toEqual(server.messages.slice(-messages.length));
    const missed = server.messages.filter(({ user_uuid }) => user_uuid !== "me").slice(-49);
    expect(unseen).toEqual(expect.arrayContaining(missed.map(({ uuid }) => uuid)));
  },
);

test("without an own message, a gap of several pages is filled from where the person stopped reading", async () => {
  const { server, history } = await open(60);
  for (let i = 0; i < 130; i += 1) server.write();
  await history.catchUp();
  const { messages, isAttached } = history.state.get();
  expect(isAttached).toBe(false);
  expect(messages).toEqual(server.messages.slice(10, 10 + messages.length));
});
