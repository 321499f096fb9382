import type { Draft, OutboxMessage, OutboxSnapshot, OutboxStore } from "./types.ts";

/** An outbox that lives as long as the page: for browsers that refuse storage. */
export function createMemoryStore(
  initial: OutboxSnapshot = { messages: [], drafts: new Map() },
): OutboxStore {
  const messages = new Map(initial.messages.map((row) => [row.client_id, row]));
  const drafts = new Map(initial.drafts);

  const bumpDraft = (group: string, text: string): Draft => {
    const draft = { text, rev: (drafts.get(group)?.rev ?? 0) + 1 };
    drafts.set(group, draft);
    return draft;
  };

  return {
    durable: false,
    async load() {
      return {
        messages: [...messages.values()].sort((a, b) => a.seq - b.seq),
        drafts: new Map(drafts),
      };
    },
    async enqueue(message) {
      const last = Math.max(0, ...[...messages.values()].map((row) => row.seq));
      const row: OutboxMessage = {
        ...message,
        seq: last + 1,
        state: "queued",
        tries: 0,
        error: null,
      };
      messages.set(row.client_id, row);
      bumpDraft(row.message_group_uuid, "");
      return row;
    },
    async patch(client_id, change) {
      const row = messages.get(client_id);
      if (!row) return undefined;
      const changed = { ...row, ...change };
      messages.set(client_id, changed);
      return changed;
    },
    async remove(client_id) {
      messages.delete(client_id);
    },
    async revert(client_id) {
      const row = messages.get(client_id);
      if (!row) return;
      messages.delete(client_id);
      bumpDraft(row.message_group_uuid, joinDraft(row.message, drafts.get(row.message_group_uuid)));
    },
    async putDraft(group, text, rev) {
      const stored = drafts.get(group);
      return stored && stored.rev > rev ? stored : bumpDraft(group, text);
    },
    putDraftOnExit: (group, text) => void bumpDraft(group, text),
    close() {},
  };
}

/** A message taken back stands before what has been typed since. */
export function joinDraft(message: string, draft: Draft | undefined): string {
  return draft?.text ? `${message}\n${draft.text}` : message;
}
