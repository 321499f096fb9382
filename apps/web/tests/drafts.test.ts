import { describe, expect, test, vi } from "vitest";
import { createDrafts } from "../src/features/outbox/drafts.ts";
import { createMemoryStore } from "../src/features/outbox/memory-store.ts";
import type { SendMessage } from "../src/features/outbox/types.ts";
import { createBrowser, MESSAGE_GROUP_UUID, to } from "./outbox-fixtures.ts";

describe("a draft", () => {
  test("from another tab is shown in a form without focus, and not in one with focus", async () => {
    const browser = createBrowser();
    const never: SendMessage = () => new Promise(() => {});
    const a = await browser.openTab(never);
    const b = await browser.openTab(never);
    a.outbox.drafts.set(MESSAGE_GROUP_UUID, "from a");
    await a.outbox.drafts.flush();
    await vi.waitFor(() => expect(b.outbox.drafts.textOf(MESSAGE_GROUP_UUID)).toBe("from a"));
    b.outbox.drafts.setEditing(MESSAGE_GROUP_UUID, true);
    b.outbox.drafts.set(MESSAGE_GROUP_UUID, "typing in b");
    a.outbox.drafts.set(MESSAGE_GROUP_UUID, "from a again");
    await a.outbox.drafts.flush();
    expect(b.outbox.drafts.textOf(MESSAGE_GROUP_UUID)).toBe("typing in b");
  });

  test("that was sent is not brought back by a late save of an older text", async () => {
    const store = createMemoryStore();
    const first = await store.putDraft(MESSAGE_GROUP_UUID, { text: "hello", revision: 0 });
    await store.enqueue({
      client_id: "c",
      message_group_uuid: MESSAGE_GROUP_UUID,
      handle: null,
      message: "hello",
      created_at: "",
    });
    expect(
      (await store.putDraft(MESSAGE_GROUP_UUID, { text: "hello", revision: first.revision })).text,
    ).toBe("");
  });

  test("that is being stored when the page closes is stored without waiting", async () => {
    const store = createMemoryStore();
    // The closing page loses a transaction that is not committed yet.
    const dying = { ...store, putDraft: () => new Promise<never>(() => {}) };
    const drafts = createDrafts({ store: dying, initial: new Map(), channel: { post() {} } });
    drafts.set(MESSAGE_GROUP_UUID, "half-way");
    void drafts.flush();
    drafts.saveOnPageExit();
    expect((await store.load()).drafts.get(MESSAGE_GROUP_UUID)?.text).toBe("half-way");
  });

  test("typed while a message is being stored stays in the form", async () => {
    const browser = createBrowser();
    const { outbox } = await browser.openTab(() => new Promise(() => {}));
    outbox.drafts.set(MESSAGE_GROUP_UUID, "first");
    const sending = outbox.send(to, "first");
    outbox.drafts.set(MESSAGE_GROUP_UUID, "second");
    await sending;
    await outbox.drafts.flush();
    expect(outbox.drafts.textOf(MESSAGE_GROUP_UUID)).toBe("second");
    expect((await browser.store.load()).drafts.get(MESSAGE_GROUP_UUID)?.text).toBe("second");
  });
});
