import { describe, expect, test, vi } from "vitest";
import { createDrafts } from "../src/features/outbox/drafts.ts";
import { createMemoryStore } from "../src/features/outbox/memory-store.ts";
import type { SendMessage } from "../src/features/outbox/types.ts";
import { createBrowser, GROUP, to } from "./outbox-fixtures.ts";

describe("a draft", () => {
  test("another tab's text reaches a form without focus, and never one with it", async () => {
    const browser = createBrowser();
    const never: SendMessage = () => new Promise(() => {});
    const a = await browser.openTab(never);
    const b = await browser.openTab(never);
    a.outbox.drafts.set(GROUP, "from a");
    await a.outbox.drafts.flush();
    await vi.waitFor(() => expect(b.outbox.drafts.textOf(GROUP)).toBe("from a"));
    b.outbox.drafts.setEditing(GROUP, true);
    b.outbox.drafts.set(GROUP, "typing in b");
    a.outbox.drafts.set(GROUP, "from a again");
    await a.outbox.drafts.flush();
    expect(b.outbox.drafts.textOf(GROUP)).toBe("typing in b");
  });

  test("a late save of an older text doesn't bring a sent draft back", async () => {
    const store = createMemoryStore();
    const first = await store.putDraft(GROUP, { text: "hello", rev: 0 });
    await store.enqueue({
      client_id: "c",
      message_group_uuid: GROUP,
      handle: null,
      message: "hello",
      created_at: "",
    });
    expect((await store.putDraft(GROUP, { text: "hello", rev: first.rev })).text).toBe("");
  });

  test("a page that goes while a draft is half-way into storage stores it without waiting", async () => {
    const store = createMemoryStore();
    // The page's end takes with it what is not committed yet.
    const dying = { ...store, putDraft: () => new Promise<never>(() => {}) };
    const drafts = createDrafts({ store: dying, initial: new Map(), channel: { post() {} } });
    drafts.set(GROUP, "half-way");
    void drafts.flush();
    drafts.saveOnPageExit();
    expect((await store.load()).drafts.get(GROUP)?.text).toBe("half-way");
  });

  test("what is typed while a message is being stored stays in the form", async () => {
    const browser = createBrowser();
    const { outbox } = await browser.openTab(() => new Promise(() => {}));
    outbox.drafts.set(GROUP, "first");
    const sending = outbox.send(to, "first");
    outbox.drafts.set(GROUP, "second");
    await sending;
    await outbox.drafts.flush();
    expect(outbox.drafts.textOf(GROUP)).toBe("second");
    expect((await browser.store.load()).drafts.get(GROUP)?.text).toBe("second");
  });
});
