import { createStore } from "../../lib/store.ts";
import type { TabChannel } from "./tab-channel.ts";
import type { Draft, OutboxStore, StartupDraft } from "./types.ts";

const SAVE_AFTER_MS = 300;

/**
 * The drafts of one user, by message group. The page's copy is read and written at once. Storage
 * follows when the person pauses for a moment, and when the page closes.
 */
export function createDrafts(options: {
  store: Pick<OutboxStore, "draftOf" | "putDraft" | "putDraftOnExit">;
  initial: ReadonlyMap<string, Draft>;
  channel: Pick<TabChannel, "post">;
}) {
  const { store, channel } = options;
  const drafts = createStore<ReadonlyMap<string, Draft>>(options.initial);
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const editing = new Set<string>();
  /** How many saves of a draft are in progress: their transactions are lost if the page closes now. */
  const saving = new Map<string, number>();

  function put(message_group_uuid: string, draft: Draft): void {
    drafts.set(new Map(drafts.get()).set(message_group_uuid, draft));
  }

  const draftOf = (message_group_uuid: string): Draft =>
    drafts.get().get(message_group_uuid) ?? { text: "", revision: 0 };

  function cancelSave(message_group_uuid: string): void {
    clearTimeout(timers.get(message_group_uuid));
    timers.delete(message_group_uuid);
  }

  async function save(message_group_uuid: string): Promise<void> {
    cancelSave(message_group_uuid);
    const draft = drafts.get().get(message_group_uuid);
    if (draft === undefined) return;
    saving.set(message_group_uuid, (saving.get(message_group_uuid) ?? 0) + 1);
    const stored = await store
      .putDraft(message_group_uuid, draft)
      .finally(() => saving.set(message_group_uuid, (saving.get(message_group_uuid) ?? 1) - 1));
    if (stored.text === draft.text) {
      put(message_group_uuid, { ...draftOf(message_group_uuid), revision: stored.revision });
      channel.post({ type: "draft", message_group_uuid });
    } else {
      // Another tab has changed the draft. Its text stays unless the person is typing here.
      acceptStored(message_group_uuid, stored);
      if (timers.has(message_group_uuid) || editing.has(message_group_uuid)) {
        schedule(message_group_uuid);
      }
    }
  }

  function schedule(message_group_uuid: string): void {
    clearTimeout(timers.get(message_group_uuid));
    timers.set(
      message_group_uuid,
      setTimeout(() => void save(message_group_uuid), SAVE_AFTER_MS),
    );
  }

  /** Takes over the stored draft, but keeps a text that the person is typing in this tab. */
  function acceptStored(message_group_uuid: string, stored: Draft): void {
    const current = drafts.get().get(message_group_uuid);
    const isTyping = editing.has(message_group_uuid) || timers.has(message_group_uuid);
    const text = current !== undefined && isTyping ? current.text : stored.text;
    put(message_group_uuid, { ...stored, text });
  }

  return {
    /** All drafts by message group. An empty text is a deleted draft. */
    all: drafts,
    textOf: (message_group_uuid: string): string => draftOf(message_group_uuid).text,
    acceptStored,

    set(message_group_uuid: string, text: string): void {
      put(message_group_uuid, { ...draftOf(message_group_uuid), text });
      schedule(message_group_uuid);
    },

    /**
     * Puts a text that was typed before the outbox was open after the stored one. A page may find
     * it again, because the browser can lose the removal of it, so each is added once.
     */
    addStartupDraft(message_group_uuid: string, { id, text }: StartupDraft): void {
      const draft = draftOf(message_group_uuid);
      if (text === "" || draft.startup_id === id) return;
      put(message_group_uuid, { ...draft, text: draft.text + text, startup_id: id });
      schedule(message_group_uuid);
    },

    /** A form with focus keeps its text, whatever other tabs do. */
    setEditing(message_group_uuid: string, isEditing: boolean): void {
      if (isEditing) editing.add(message_group_uuid);
      else editing.delete(message_group_uuid);
    },

    /** Empties the text in the page only. The caller stores the text elsewhere. */
    clear(message_group_uuid: string): void {
      cancelSave(message_group_uuid);
      put(message_group_uuid, { ...draftOf(message_group_uuid), text: "" });
    },

    /** Takes over the stored draft, also while the person is typing. */
    replace(message_group_uuid: string, stored: Draft): void {
      cancelSave(message_group_uuid);
      put(message_group_uuid, stored);
    },

    /** Reads a draft that another tab has stored. */
    async reread(message_group_uuid: string): Promise<void> {
      const stored = await store.draftOf(message_group_uuid);
      if (stored !== undefined) acceptStored(message_group_uuid, stored);
    },

    /** For a page that is about to close: stores unsaved drafts before the call returns. */
    saveOnPageExit(): void {
      const isSaving = [...saving].filter(([, count]) => count > 0).map(([uuid]) => uuid);
      for (const message_group_uuid of new Set([...timers.keys(), ...isSaving])) {
        clearTimeout(timers.get(message_group_uuid));
        const draft = draftOf(message_group_uuid);
        store.putDraftOnExit(message_group_uuid, draft);
        put(message_group_uuid, { ...draft, revision: draft.revision + 1 });
      }
      timers.clear();
    },

    async flush(): Promise<void> {
      await Promise.all([...timers.keys()].map(save));
    },
  };
}
