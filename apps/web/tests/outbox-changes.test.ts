import { CruddurError, type ErrorCode } from "@cruddur/client/errors";
import { describe, expect, test, vi } from "vitest";
import type { ChangeEvent, OutboxChange, SendChange } from "../src/features/outbox/types.ts";
import { createBrowser, createServer, MESSAGE_GROUP_UUID, settled, to } from "./outbox-fixtures.ts";

const stored = { message_group_uuid: MESSAGE_GROUP_UUID, message_uuid: "m-9", client_id: "c-9" };

/** A server that records changes. Each entry of `failures` fails one call. */
function createChanges() {
  const made: string[] = [];
  const op_ids: string[] = [];
  const failures: (ErrorCode | "lost reply")[] = [];
  const change: SendChange = async (asked, signal) => {
    signal.throwIfAborted();
    const failure = failures.shift();
    op_ids.push(asked.op_id);
    if (failure !== undefined && failure !== "lost reply") throw new CruddurError(failure);
    made.push(`${asked.kind} ${asked.message_uuid} ${"message" in asked ? asked.message : ""}`);
    if (failure === "lost reply") throw new CruddurError("network");
    return { type: "message_hidden", ...stored };
  };
  return { change, made, op_ids, failures };
}

async function openTab(options: { isOnline?: () => boolean } = {}) {
  const browser = createBrowser();
  const server = createServer();
  const changes = createChanges();
  const refused: [OutboxChange["kind"], ErrorCode][] = [];
  const events: ChangeEvent[] = [];
  const { outbox } = await browser.openTab(server.send, {
    change: changes.change,
    onChanged: (event) => events.push(event),
    onRefused: ({ kind }, code) => refused.push([kind, code]),
    ...options,
  });
  const done = () =>
    vi.waitFor(async () => expect(await browser.store.changesOf(MESSAGE_GROUP_UUID)).toEqual([]), {
      timeout: 5_000,
      interval: 5,
    });
  return { browser, server, changes, refused, events, outbox, done };
}

describe("a change in the outbox", () => {
  test("is repeated with its op_id until it is answered, and later ones wait for it", async () => {
    const { changes, outbox, events, done } = await openTab();
    changes.failures.push("unavailable", "lost reply");
    await outbox.change(stored, { kind: "edit", message: "one" });
    await outbox.change(stored, { kind: "edit", message: "two" });
    await done();
    expect(changes.made).toEqual(["edit m-9 one", "edit m-9 one", "edit m-9 two"]);
    expect(new Set(changes.op_ids.slice(0, 3)).size).toBe(1);
    expect(events).toHaveLength(2);
    expect(outbox.changesOf(MESSAGE_GROUP_UUID)).toEqual([]);
  });

  test("is shown until it is made, and taken back in words when the server refuses it", async () => {
    const { changes, outbox, refused, done } = await openTab();
    changes.failures.push("message_edit_window_closed");
    await outbox.change(stored, { kind: "edit", message: "too late" });
    expect(outbox.changesOf(MESSAGE_GROUP_UUID)).toMatchObject([{ message: "too late" }]);
    await outbox.change(stored, { kind: "react", emoji: "👍" });
    await done();
    expect(refused).toEqual([["edit", "message_edit_window_closed"]]);
    expect(changes.made).toEqual(["react m-9 "]);
    expect(outbox.changesOf(MESSAGE_GROUP_UUID)).toEqual([]);
  });

  test("is taken back with all the others of a conversation that the person can no longer read", async () => {
    const { browser, changes, outbox } = await openTab();
    changes.failures.push("unauthenticated");
    await outbox.change(stored, { kind: "edit", message: "never" });
    await vi.waitFor(() => expect(changes.op_ids).toHaveLength(1));
    await outbox.discardChanges(MESSAGE_GROUP_UUID);
    expect(outbox.changesOf(MESSAGE_GROUP_UUID)).toEqual([]);
    expect(await browser.store.changesOf(MESSAGE_GROUP_UUID)).toEqual([]);
    await outbox.release();
    expect(changes.made).toEqual([]);
  });

  test("waits while the session has ended, also in the next tab, and is made after the sign-in", async () => {
    const { browser, changes, outbox, done } = await openTab();
    changes.failures.push("unauthenticated");
    await outbox.change(stored, { kind: "delete" });
    await vi.waitFor(() => expect(changes.op_ids).toHaveLength(1));
    await outbox.stop();
    expect(await browser.store.changesOf(MESSAGE_GROUP_UUID)).toHaveLength(1);
    await browser.openTab(createServer().send, { change: changes.change });
    await done();
    expect(changes.made).toEqual(["delete m-9 "]);
  });

  test("is shown in the person's other tabs, and made once by one of them", async () => {
    const { browser, changes, outbox, done } = await openTab();
    const events: ChangeEvent[] = [];
    const other = await browser.openTab(createServer().send, {
      change: changes.change,
      onChanged: (event) => events.push(event),
    });
    await outbox.change(stored, { kind: "edit", message: "one" });
    await done();
    await vi.waitFor(() => expect(events).toHaveLength(1));
    await vi.waitFor(() => expect(other.outbox.changesOf(MESSAGE_GROUP_UUID)).toEqual([]));
    expect(changes.made).toEqual(["edit m-9 one"]);
  });

  test("is made by one tab at a time, so that no other repeats it while the server is slow", async () => {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const asked: string[] = [];
    const change: SendChange = async (each) => {
      asked.push("message" in each ? each.message : "");
      await answered;
      return { type: "message_hidden", ...stored };
    };
    const browser = createBrowser();
    const tabs = await Promise.all(
      [1, 2].map(() => browser.openTab(createServer().send, { change })),
    );
    for (const [index, { outbox }] of tabs.entries()) {
      await outbox.change(stored, { kind: "edit", message: `of tab ${index}` });
    }
    // The storage and the locks of these tabs answer at once, so by then each has asked what it may.
    await new Promise(setImmediate);
    expect(asked).toEqual(["of tab 0"]);
    answer();
    await vi.waitFor(() => expect(asked).toEqual(["of tab 0", "of tab 1"]));
  });
});

describe("a change of an unsent message", () => {
  /** A message that was sent without a network, and waits. */
  async function sendUnanswered(isOnline: boolean) {
    const tab = await openTab({ isOnline: () => isOnline });
    tab.server.failures.push(
      ...Array.from({ length: 50 }, () => new CruddurError("network", { retryAfterSeconds: 60 })),
    );
    await tab.outbox.send(to, "first text");
    await vi.waitFor(() =>
      expect(tab.outbox.messagesOf(MESSAGE_GROUP_UUID)[0]?.error).toBe("network"),
    );
    const [message] = tab.outbox.messagesOf(MESSAGE_GROUP_UUID);
    const unsent = {
      message_group_uuid: MESSAGE_GROUP_UUID,
      message_uuid: null,
      client_id: message?.client_id ?? "",
    };
    const reconnect = async () => {
      tab.server.failures.length = 0;
      await tab.outbox.stop();
      return tab.browser.openTab(tab.server.send, { change: tab.changes.change });
    };
    return { ...tab, unsent, reconnect };
  }

  test("replaces its text while it certainly never left the browser", async () => {
    const { browser, server, changes, outbox, unsent, reconnect } = await sendUnanswered(false);
    await outbox.change(unsent, { kind: "edit", message: "second text" });
    await reconnect();
    await settled(browser.store);
    expect(server.stored).toEqual(["second text"]);
    expect(changes.made).toEqual([]);
  });

  test("withdraws it while it certainly never left the browser", async () => {
    const { browser, server, changes, outbox, unsent, reconnect } = await sendUnanswered(false);
    await outbox.change(unsent, { kind: "delete" });
    expect(outbox.messagesOf(MESSAGE_GROUP_UUID)).toEqual([]);
    await reconnect();
    await settled(browser.store);
    expect([server.stored, changes.made]).toEqual([[], []]);
  });

  test("follows it when the server may have it already", async () => {
    const { browser, server, changes, outbox, unsent, reconnect, done } =
      await sendUnanswered(true);
    await outbox.change(unsent, { kind: "edit", message: "second text" });
    expect(await browser.store.changesOf(MESSAGE_GROUP_UUID)).toHaveLength(1);
    await reconnect();
    await done();
    expect(server.stored).toEqual(["first text"]);
    expect(changes.made).toEqual(["edit m-1 second text"]);
  });
});
