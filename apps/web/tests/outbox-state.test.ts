import { CruddurError } from "@cruddur/client/errors";
import { retryDelayMs } from "@cruddur/client/retry";
import { describe, expect, test, vi } from "vitest";
import { createFallbackStore } from "../src/features/outbox/fallback-store.ts";
import { createMemoryStore } from "../src/features/outbox/memory-store.ts";
import type { OutboxStore } from "../src/features/outbox/types.ts";
import {
  createBrowser,
  createBrowserWith,
  createServer,
  MESSAGE_GROUP_UUID,
  settled,
  to,
} from "./outbox-fixtures.ts";

describe("the outbox", () => {
  test("stores a message and deletes its draft before the send resolves", async () => {
    const browser = createBrowser();
    const { outbox } = await browser.openTab(() => new Promise(() => {}));
    outbox.drafts.set(MESSAGE_GROUP_UUID, "hello");
    await outbox.send(to, "hello");
    const { messages, drafts } = await browser.store.load();
    expect(messages.map(({ message }) => message)).toEqual(["hello"]);
    expect(drafts.get(MESSAGE_GROUP_UUID)?.text).toBe("");
    expect(outbox.drafts.textOf(MESSAGE_GROUP_UUID)).toBe("");
  });

  test("retries transient failures and keeps the order of a conversation", async () => {
    const browser = createBrowser();
    const server = createServer();
    server.failures.push("network", "unavailable", "internal_error");
    const { outbox, received } = await browser.openTab(server.send);
    for (const text of ["1", "2", "3"]) await outbox.send(to, text);
    await settled(browser.store);
    expect(server.stored).toEqual(["1", "2", "3"]);
    expect(received.map(({ message }) => message)).toEqual(["1", "2", "3"]);
  });

  test("keeps a message in the outbox until its sent copy is shown, so that it never disappears", async () => {
    const browser = createBrowser();
    const server = createServer();
    const left: number[] = [];
    const { outbox } = await browser.openTab(server.send, {
      onSent: () => left.push(outbox.messagesOf(MESSAGE_GROUP_UUID).length),
    });
    await outbox.send(to, "always somewhere");
    await settled(browser.store);
    await vi.waitFor(() => expect(outbox.messagesOf(MESSAGE_GROUP_UUID)).toEqual([]));
    expect(left).toEqual([1]);
  });

  test("sends the same client id again when the answer was lost, so that the message is stored once", async () => {
    const browser = createBrowser();
    const server = createServer();
    server.failures.push("lost reply");
    const { outbox } = await browser.openTab(server.send);
    await outbox.send(to, "once");
    await settled(browser.store);
    expect(server.stored).toEqual(["once"]);
  });

  test("sends later messages after one that the server refused", async () => {
    const browser = createBrowser();
    const server = createServer();
    server.failures.push("message_exceed_max_chars");
    const { outbox } = await browser.openTab(server.send);
    await outbox.send(to, "refused");
    await outbox.send(to, "later");
    await settled(browser.store);
    expect(server.stored).toEqual(["later"]);
    expect(outbox.messagesOf(MESSAGE_GROUP_UUID)).toMatchObject([
      { message: "refused", state: "failed", error: "message_exceed_max_chars" },
    ]);
  });

  test("lets the person retry, edit or delete a failed message", async () => {
    const browser = createBrowser();
    const server = createServer();
    server.failures.push("not_a_member", "not_a_member", "not_a_member");
    const { outbox } = await browser.openTab(server.send);
    for (const text of ["again", "edit", "away"]) await outbox.send(to, text);
    await settled(browser.store);
    const [again, edit, away] = outbox.messagesOf(MESSAGE_GROUP_UUID);
    if (!again || !edit || !away) throw new Error("three messages should have failed");
    outbox.drafts.set(MESSAGE_GROUP_UUID, "typed since");
    await outbox.drafts.flush();
    await outbox.edit(edit);
    expect(outbox.drafts.textOf(MESSAGE_GROUP_UUID)).toBe("edit\ntyped since");
    await outbox.discard(away);
    await outbox.retry(again);
    await settled(browser.store);
    expect(server.stored).toEqual(["again"]);
    expect(outbox.messagesOf(MESSAGE_GROUP_UUID)).toEqual([]);
  });

  test("holds messages while the session has ended, until the person signs in again", async () => {
    const browser = createBrowser();
    const server = createServer();
    server.failures.push("unauthenticated");
    const { outbox } = await browser.openTab(server.send);
    await outbox.send(to, "held");
    await outbox.send(to, "behind");
    await vi.waitFor(() => expect(outbox.messagesOf(MESSAGE_GROUP_UUID)[0]?.state).toBe("held"));
    expect(server.stored).toEqual([]);
    await outbox.release();
    await settled(browser.store);
    expect(server.stored).toEqual(["held", "behind"]);
  });

  test("a message that must wait delays its own conversation only", async () => {
    const browser = createBrowser();
    const server = createServer();
    server.failures.push(new CruddurError("rate_limited", { retryAfterSeconds: 60 }));
    const { outbox } = await browser.openTab(server.send);
    await outbox.send(to, "waits");
    await vi.waitFor(() =>
      expect(outbox.messagesOf(MESSAGE_GROUP_UUID)[0]?.error).toBe("rate_limited"),
    );
    await outbox.send(to, "behind it");
    await outbox.send({ message_group_uuid: "group-2", handle: null }, "elsewhere");
    await settled(browser.store, 2);
    expect(server.stored).toEqual(["elsewhere"]);
    await outbox.stop();
  });

  test("the next tab repeats the send of a closed tab with the same client id", async () => {
    const browser = createBrowser();
    const seen: string[] = [];
    const first = await browser.openTab(({ client_id }) => {
      seen.push(client_id);
      return new Promise(() => {});
    });
    await first.outbox.send(to, "left");
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    const server = createServer();
    const { outbox } = await createBrowserWith(browser.store, (message, signal) => {
      seen.push(message.client_id);
      return server.send(message, signal);
    });
    await settled(browser.store);
    expect(server.stored).toEqual(["left"]);
    expect(new Set(seen).size).toBe(1);
    await outbox.stop();
  });

  test("two tabs sending at once keep one order and store each message once", async () => {
    const browser = createBrowser();
    const server = createServer();
    for (let i = 0; i < 12; i += 1)
      server.failures.push(i % 3 === 0 ? "lost reply" : "unavailable");
    const a = await browser.openTab(server.send);
    const b = await browser.openTab(server.send);
    const sent: string[] = [];
    for (let i = 0; i < 10; i += 1) {
      const tab = i % 2 === 0 ? a : b;
      sent.push(`${i}`);
      await tab.outbox.send(to, `${i}`);
    }
    await settled(browser.store);
    expect(server.stored).toEqual(sent);
    for (const tab of [a, b]) {
      expect(tab.received.map(({ message }) => message)).toEqual(sent);
      expect(tab.outbox.messagesOf(MESSAGE_GROUP_UUID)).toEqual([]);
    }
  });

  test("a send reads its conversation three times from storage and nothing else", async () => {
    const reads: string[] = [];
    const memory = createMemoryStore();
    const counted: OutboxStore = {
      ...memory,
      load: () => {
        reads.push("everything");
        return memory.load();
      },
      messagesOf: (uuid) => {
        reads.push(uuid);
        return memory.messagesOf(uuid);
      },
      update: (uuid, plan) => {
        reads.push(uuid);
        return memory.update(uuid, plan);
      },
      draftOf: (uuid) => {
        reads.push("draft");
        return memory.draftOf(uuid);
      },
    };
    const server = createServer();
    const { outbox } = await createBrowserWith(counted, server.send);
    expect(reads.splice(0)).toEqual(["everything"]);
    await outbox.send(to, "counted");
    await settled(memory);
    await vi.waitFor(() => expect(outbox.messagesOf(MESSAGE_GROUP_UUID)).toEqual([]));
    await outbox.stop();
    // To find the message, to take it out with what waits for it, and to find that nothing is left.
    expect(reads).toEqual(Array(3).fill(MESSAGE_GROUP_UUID));
  });

  test("continues in memory when storage fails later, and reports it", async () => {
    const memory = createMemoryStore();
    let isBroken = false;
    const fragile: OutboxStore = {
      ...memory,
      durable: true,
      enqueue: (message) =>
        isBroken ? Promise.reject(new Error("quota")) : memory.enqueue(message),
    };
    const store = await createFallbackStore(
      async () => fragile,
      () => ({ messages: [], drafts: new Map(), changes: [] }),
    );
    expect(store.durable).toBe(true);
    isBroken = true;
    const server = createServer();
    const { outbox } = await createBrowserWith(store, server.send);
    await outbox.send(to, "still goes");
    expect(outbox.isDurable()).toBe(false);
    await settled(store);
    expect(server.stored).toEqual(["still goes"]);
  });
});

test("delays between retries are random, at most 30 seconds, and at least what the server asked for", () => {
  expect(retryDelayMs(1, null, () => 1)).toBe(1_000);
  expect(retryDelayMs(40, null, () => 1)).toBe(30_000);
  expect(retryDelayMs(40, null, () => 0)).toBe(100);
  expect(retryDelayMs(1, 7_000, () => 0)).toBeGreaterThanOrEqual(7_000);
});
