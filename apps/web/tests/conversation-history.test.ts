import type { Message } from "@cruddur/contract/messages";
import { describe, expect, test } from "vitest";
import {
  MAX_PAGES,
  PAGE_ITEMS,
} from "../src/features/conversation/message-history/history-window.ts";
import {
  createMessageHistory,
  type MessageHistory,
} from "../src/features/conversation/message-history/message-history.ts";
import { createServer, open } from "./paged-server.ts";

test("paging to both ends shows every message once, in order, within the limit of rows", async () => {
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

test("an equal copy of a message changes nothing, at the border of two pages too", async () => {
  const { server, history } = await open(200);
  await history.loadOlder();
  const border = server.messages.at(-PAGE_ITEMS);
  if (border === undefined) throw new Error("no such message");
  const before = history.state.get().messages;
  history.upsert({ ...border });
  expect(history.state.get().messages).toBe(before);
});

test("repeated calls in one direction send one request", async () => {
  const { server, history } = await open(200);
  const before = server.calls.length;
  await Promise.all([history.loadOlder(), history.loadOlder(), history.loadOlder()]);
  expect(server.calls.length - before).toBe(1);
});

test("a live message that arrives twice, or before the page that contains it, is shown once", async () => {
  const server = createServer(3);
  const history = createMessageHistory({ list: server.list, user_uuid: "me" });
  const release = server.hold();
  const opening = history.open({ at: "newest" });
  const message = server.write();
  history.upsert(message);
  release();
  await opening;
  history.upsert({ ...message });
  expect(history.state.get().messages.map(({ uuid }) => uuid)).toEqual(
    server.messages.map(({ uuid }) => uuid),
  );
});

test("live messages that arrive out of order are shown in order", async () => {
  const { server, history } = await open(3);
  const [first, second] = [server.write(), server.write()];
  history.upsert(second);
  history.upsert(first);
  expect(history.state.get().messages).toEqual(server.messages);
});

test("a live message is not inserted into old history; it counts as unseen and is shown at the end", async () => {
  const { server, history } = await open(500);
  const old = server.messages[20];
  if (!old) throw new Error("no such message");
  await history.open({ at: "message", uuid: old.uuid });
  history.upsert(server.write());
  expect(history.state.get().messages).not.toContain(server.messages.at(-1));
  expect(history.state.get().unseen).toEqual([server.messages.at(-1)?.uuid]);
  while (!history.state.get().isAttached) await history.loadNewer();
  expect(history.state.get().messages.at(-1)).toBe(server.messages.at(-1));
});

test("an answer for a window that was replaced is dropped", async () => {
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

test("a failed page is requested again only when it is asked for", async () => {
  const server = createServer(200);
  let isDown = false;
  const history = createMessageHistory({
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

describe("a message that has changed", () => {
  const edit = (message: Message | undefined): Message => {
    if (message === undefined) throw new Error("There is no such message.");
    return { ...message, message: "edited" };
  };
  const textOf = (history: MessageHistory, uuid: string) =>
    history.state.get().messages.find((message) => message.uuid === uuid)?.message;

  test("is shown as it is now, at the end and in old history, and does not count as new", async () => {
    const { server, history } = await open(300);
    const newest = edit(server.messages.at(-1));
    history.upsert(newest);
    expect(history.state.get().messages.at(-1)).toBe(newest);
    await history.open({ at: "message", uuid: server.messages[10]?.uuid ?? "" });
    const old = edit(server.messages[10]);
    history.upsert(old);
    expect(textOf(history, old.uuid)).toBe("edited");
    expect(history.state.get().unseen).toEqual([]);
    expect(history.restoreLastAttached()).toBe(true);
    expect(textOf(history, newest.uuid)).toBe("edited");
  });

  test("is not taken back by an answer to a request from before the change", async () => {
    const { server, history } = await open(60);
    for (const read of [() => history.open({ at: "newest" }), () => history.catchUp()]) {
      const release = server.hold();
      const reading = read();
      const changed = edit(server.messages.at(-1));
      history.upsert(changed);
      release();
      await reading;
      expect(textOf(history, changed.uuid)).toBe("edited");
    }
  });

  test("is shown after the next read when its live event was lost", async () => {
    const { server, history } = await open(60);
    const changed = edit(server.messages.at(-1));
    server.messages.splice(-1, 1, changed);
    await history.catchUp();
    expect(textOf(history, changed.uuid)).toBe("edited");
  });

  test("keeps its newest state when an older one follows while another part of the history is shown", async () => {
    const { server, history } = await open(300);
    const sent = server.write();
    const changed = { ...edit(sent), revision: 1 };
    history.upsert(changed);
    await history.open({ at: "message", uuid: server.messages[10]?.uuid ?? "" });
    history.upsert(sent);
    // The read of the newest page lags behind, so the message comes from what was received.
    server.messages.pop();
    await history.open({ at: "newest" });
    expect(textOf(history, sent.uuid)).toBe("edited");
  });

  test("is gone once it is hidden, whatever a request from before or a late event brings", async () => {
    const { server, history } = await open(60);
    const release = server.hold();
    const reading = history.open({ at: "newest" });
    const hidden = server.messages.at(-1);
    if (hidden === undefined) throw new Error("There is no such message.");
    history.hide(hidden.uuid);
    release();
    await reading;
    history.upsert(hidden);
    expect(textOf(history, hidden.uuid)).toBeUndefined();
    expect(history.state.get().messages).toHaveLength(PAGE_ITEMS - 1);
  });
});
