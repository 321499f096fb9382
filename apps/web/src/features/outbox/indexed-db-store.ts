import { joinDraft, nextDraft } from "./memory-store.ts";
import { openOutboxDatabase, type StoredDraft, withCurrentNames } from "./outbox-database.ts";
import { pageExitDrafts } from "./page-exit-drafts.ts";
import type { Draft, OutboxMessage, OutboxStore } from "./types.ts";

/**
 * The outbox in IndexedDB. Each user has a database, so that people who share a computer never see
 * one another's messages. Rejects when the browser refuses storage.
 */
export async function openIndexedDbStore(user_uuid: string): Promise<OutboxStore> {
  const db = await openOutboxDatabase(user_uuid);
  const unsaved = pageExitDrafts.read(user_uuid);
  if (unsaved.size > 0) {
    const tx = db.transaction("draft", "readwrite");
    for (const [message_group_uuid, kept] of unsaved) {
      const draft = withCurrentNames(kept);
      const stored = await tx.store.get(message_group_uuid);
      // With a higher revision, the page's own last write arrived or another tab wrote since.
      if ((stored?.revision ?? 0) < draft.revision)
        await tx.store.put({ message_group_uuid, ...draft });
    }
    await tx.done;
    pageExitDrafts.clear(user_uuid);
  }
  const both = () => db.transaction(["outbox", "draft"], "readwrite");
  const rangeOf = (message_group_uuid: string) =>
    IDBKeyRange.bound([message_group_uuid, 0], [message_group_uuid, Number.POSITIVE_INFINITY]);

  return {
    durable: true,
    async load() {
      const tx = db.transaction(["outbox", "draft", "change"]);
      const [messages, drafts, changes] = await Promise.all([
        tx.objectStore("outbox").index("order").getAll(),
        tx.objectStore("draft").getAll(),
        tx.objectStore("change").getAll(),
      ]);
      return {
        messages,
        changes: changes.flatMap((stored) => stored.changes),
        drafts: new Map(
          drafts.map(({ message_group_uuid, ...draft }) => [message_group_uuid, draft]),
        ),
      };
    },
    messagesOf: (message_group_uuid) =>
      db.getAllFromIndex("outbox", "order", rangeOf(message_group_uuid)),
    async changesOf(message_group_uuid) {
      return (await db.get("change", message_group_uuid))?.changes ?? [];
    },
    async update(message_group_uuid, plan) {
      const tx = db.transaction(["outbox", "change"], "readwrite");
      const [outbox, stored] = [tx.objectStore("outbox"), tx.objectStore("change")];
      const messages = await outbox.index("order").getAll(rangeOf(message_group_uuid));
      const changes = (await stored.get(message_group_uuid))?.changes ?? [];
      const after = plan({ messages, changes });
      for (const message of messages) {
        if (!after.messages.includes(message)) await outbox.delete(message.client_id);
      }
      for (const message of after.messages) {
        if (!messages.includes(message)) await outbox.put(message);
      }
      if (after.changes.length === 0) await stored.delete(message_group_uuid);
      else await stored.put({ message_group_uuid, changes: after.changes });
      await tx.done;
      return after;
    },
    async draftOf(message_group_uuid) {
      return withoutKey(await db.get("draft", message_group_uuid));
    },
    async enqueue(added) {
      const tx = both();
      const { message_group_uuid } = added;
      const outbox = tx.objectStore("outbox");
      const drafts = tx.objectStore("draft");
      const last = await outbox.index("order").openCursor(rangeOf(message_group_uuid), "prev");
      const order = (last?.value.order ?? 0) + 1;
      const message: OutboxMessage = { ...added, order, state: "queued", attempts: 0, error: null };
      const stored = await drafts.get(message_group_uuid);
      const draft = nextDraft(withoutKey(stored), { text: "" });
      await outbox.add(message);
      await drafts.put({ message_group_uuid, ...draft });
      await tx.done;
      return { message, draft };
    },
    async patch(client_id, change) {
      const tx = db.transaction("outbox", "readwrite");
      const message = await tx.store.get(client_id);
      const changed = message && { ...message, ...change };
      if (changed) await tx.store.put(changed);
      await tx.done;
      return changed;
    },
    remove: (client_id) => db.delete("outbox", client_id),
    async revert(client_id) {
      const tx = both();
      const [outbox, drafts] = [tx.objectStore("outbox"), tx.objectStore("draft")];
      const message = await outbox.get(client_id);
      if (message === undefined) return undefined;
      const { message_group_uuid } = message;
      const stored = await drafts.get(message_group_uuid);
      const text = joinDraft(message.message, stored);
      const draft = nextDraft(withoutKey(stored), { text });
      await outbox.delete(client_id);
      await drafts.put({ message_group_uuid, ...draft });
      await tx.done;
      return draft;
    },
    async putDraft(message_group_uuid, draft) {
      const tx = db.transaction("draft", "readwrite");
      const stored = withoutKey(await tx.store.get(message_group_uuid));
      if (stored && stored.revision > draft.revision) return stored;
      const next = nextDraft(stored, draft);
      await tx.store.put({ message_group_uuid, ...next });
      await tx.done;
      return next;
    },
    putDraftOnExit(message_group_uuid, draft) {
      const next = { ...draft, revision: draft.revision + 1 };
      pageExitDrafts.put(user_uuid, message_group_uuid, next);
      const tx = db.transaction("draft", "readwrite");
      // The page closes: nothing can handle a failure, and the transaction must be committed here.
      tx.store.put({ message_group_uuid, ...next }).catch(() => {});
      tx.done.catch(() => {});
      tx.commit();
    },
    close: () => db.close(),
  };
}

function withoutKey(record: StoredDraft | undefined): Draft | undefined {
  if (record === undefined) return undefined;
  const { message_group_uuid: _, ...draft } = record;
  return draft;
}
