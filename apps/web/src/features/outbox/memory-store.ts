import type {
  ConversationQueue,
  Draft,
  OutboxChange,
  OutboxMessage,
  OutboxSnapshot,
  OutboxStore,
} from "./types.ts";

/** An outbox that is lost with the page, for browsers that refuse storage. */
export function createMemoryStore(
  initial: OutboxSnapshot = { messages: [], drafts: new Map(), changes: [] },
): OutboxStore {
  const messages = new Map(initial.messages.map((message) => [message.client_id, message]));
  const drafts = new Map(initial.drafts);
  let changes: readonly OutboxChange[] = initial.changes;

  const inOrder = () => [...messages.values()].sort((a, b) => a.order - b.order);
  const queueOf = (uuid: string): ConversationQueue => ({
    messages: inOrder().filter(({ message_group_uuid }) => message_group_uuid === uuid),
    changes: changes.filter(({ message_group_uuid }) => message_group_uuid === uuid),
  });

  function storeDraft(message_group_uuid: string, change: Partial<Draft>): Draft {
    const draft = nextDraft(drafts.get(message_group_uuid), change);
    drafts.set(message_group_uuid, draft);
    return draft;
  }

  return {
    durable: false,
    load: async () => ({
      messages: inOrder(),
      drafts: new Map(drafts),
      changes: [...changes],
    }),
    messagesOf: async (message_group_uuid) => [...queueOf(message_group_uuid).messages],
    changesOf: async (message_group_uuid) => queueOf(message_group_uuid).changes,
    async update(message_group_uuid, plan) {
      const before = queueOf(message_group_uuid);
      const after = plan(before);
      for (const { client_id } of before.messages) messages.delete(client_id);
      for (const message of after.messages) messages.set(message.client_id, message);
      const others = changes.filter((change) => !before.changes.includes(change));
      changes = [...others, ...after.changes];
      return after;
    },
    draftOf: async (message_group_uuid) => drafts.get(message_group_uuid),
    async enqueue(added) {
      const order = (inOrder().at(-1)?.order ?? 0) + 1;
      const message: OutboxMessage = { ...added, order, state: "queued", attempts: 0, error: null };
      messages.set(message.client_id, message);
      return { message, draft: storeDraft(message.message_group_uuid, { text: "" }) };
    },
    async patch(client_id, change) {
      const message = messages.get(client_id);
      if (message === undefined) return undefined;
      const changed = { ...message, ...change };
      messages.set(client_id, changed);
      return changed;
    },
    async remove(client_id) {
      messages.delete(client_id);
    },
    async revert(client_id) {
      const message = messages.get(client_id);
      if (message === undefined) return undefined;
      const { message_group_uuid } = message;
      messages.delete(client_id);
      const text = joinDraft(message.message, drafts.get(message_group_uuid));
      return storeDraft(message_group_uuid, { text });
    },
    async putDraft(message_group_uuid, draft) {
      const stored = drafts.get(message_group_uuid);
      return stored && stored.revision > draft.revision
        ? stored
        : storeDraft(message_group_uuid, draft);
    },
    putDraftOnExit: (message_group_uuid, draft) => void storeDraft(message_group_uuid, draft),
    close() {},
  };
}

/** The next revision of a stored draft. */
export function nextDraft(stored: Draft | undefined, change: Partial<Draft>): Draft {
  return { text: "", ...stored, ...change, revision: (stored?.revision ?? 0) + 1 };
}

/** Puts a message that is edited again before the text typed since. */
export function joinDraft(message: string, draft: Draft | undefined): string {
  return draft?.text ? `${message}\n${draft.text}` : message;
}
