import { createStore } from "../../lib/store.ts";
import type { TabChannel } from "./tab-channel.ts";
import type { Draft, OutboxStore } from "./types.ts";

const SAVE_AFTER_MS = 300;

/**
 * What has been typed and not sent, per conversation. The page's copy is read and written at once;
 * storage follows after a moment's rest, and when the page is left.
 */
export function createDrafts(options: {
  store: Pick<OutboxStore, "load" | "putDraft" | "putDraftOnExit">;
  initial: Map<string, Draft>;
  channel: Pick<TabChannel, "post">;
}) {
  const { store, channel } = options;
  const drafts = createStore<ReadonlyMap<string, Draft>>(options.initial);
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const editing = new Set<string>();
  /** Being stored right now: a page that goes takes the half-done transaction with it. */
  const saving = new Map<string, number>();

  function remember(group: string, draft: Draft): void {
    drafts.set(new Map(drafts.get()).set(group, draft));
  }

  async function save(group: string): Promise<void> {
    clearTimeout(timers.get(group));
    timers.delete(group);
    const draft = drafts.get().get(group);
    if (draft === undefined) return;
    saving.set(group, (saving.get(group) ?? 0) + 1);
    const stored = await store.putDraft(group, draft.text, draft.rev).finally(() => {
      const left = (saving.get(group) ?? 1) - 1;
      if (left === 0) saving.delete(group);
      else saving.set(group, left);
    });
    const current = drafts.get().get(group);
    if (stored.text === draft.text) {
      remember(group, { text: current?.text ?? stored.text, rev: stored.rev });
      channel.post({ type: "draft", message_group_uuid: group });
    } else {
      // Another tab changed it meanwhile: its text stands unless the person is typing here.
      adopt(group, stored);
      if (timers.has(group) || editing.has(group)) schedule(group);
    }
  }

  function schedule(group: string): void {
    clearTimeout(timers.get(group));
    timers.set(
      group,
      setTimeout(() => void save(group), SAVE_AFTER_MS),
    );
  }

  function adopt(group: string, stored: Draft): void {
    const current = drafts.get().get(group);
    const keep = current !== undefined && (editing.has(group) || timers.has(group));
    remember(group, { text: keep ? current.text : stored.text, rev: stored.rev });
  }

  return {
    /** All drafts by conversation; empty texts are deleted drafts. */
    all: drafts,
    textOf: (group: string): string => drafts.get().get(group)?.text ?? "",

    set(group: string, text: string): void {
      remember(group, { text, rev: drafts.get().get(group)?.rev ?? 0 });
      schedule(group);
    },

    /** A form with focus keeps its text whatever other tabs do. */
    setEditing(group: string, isEditing: boolean): void {
      if (isEditing) editing.add(group);
      else editing.delete(group);
    },

    /** Empties the form's text only; storage is left to whoever stores the text elsewhere. */
    take(group: string): void {
      clearTimeout(timers.get(group));
      timers.delete(group);
      remember(group, { text: "", rev: drafts.get().get(group)?.rev ?? 0 });
    },

    /** Reads the stored draft again. `keep` leaves a text that is being typed here as it is. */
    async refresh(group: string, mode: "keep" | "replace"): Promise<void> {
      const stored = (await store.load()).drafts.get(group);
      if (stored === undefined) return;
      if (mode === "keep") {
        adopt(group, stored);
      } else {
        clearTimeout(timers.get(group));
        timers.delete(group);
        remember(group, stored);
      }
    },

    /** For a page that is about to go: what is pending is stored without waiting for anything. */
    leave(): void {
      for (const group of new Set([...timers.keys(), ...saving.keys()])) {
        clearTimeout(timers.get(group));
        const draft = drafts.get().get(group);
        if (draft === undefined) continue;
        store.putDraftOnExit(group, draft.text, draft.rev);
        remember(group, { text: draft.text, rev: draft.rev + 1 });
      }
      timers.clear();
    },

    async flush(): Promise<void> {
      await Promise.all([...timers.keys()].map(save));
    },
  };
}
