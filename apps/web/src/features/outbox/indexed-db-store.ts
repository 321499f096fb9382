import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { joinDraft } from "./memory-store.ts";
import { clearPageExitDrafts, readPageExitDrafts, savePageExitDraft } from "./page-exit-drafts.ts";
import type { Draft, OutboxMessage, OutboxStore } from "./types.ts";

interface OutboxDb extends DBSchema {
  outbox: { key: string; value: OutboxMessage; indexes: { order: [string, number] } };
  draft: { key: string; value: Draft & { message_group_uuid: string } };
}

/**
 * One database per user, so that people who share a computer never meet each other's words.
 * Throws when the browser refuses storage.
 */
export async function openIndexedDbStore(user_uuid: string): Promise<OutboxStore> {
  const db: IDBPDatabase<OutboxDb> = await openDB<OutboxDb>(`cruddur-outbox-${user_uuid}`, 1, {
    upgrade(fresh) {
      fresh
        .createObjectStore("outbox", { keyPath: "client_id" })
        .createIndex("order", ["message_group_uuid", "seq"]);
      fresh.createObjectStore("draft", { keyPath: "message_group_uuid" });
    },
    blocking: () => db.close(),
  });
  const words = readPageExitDrafts(user_uuid);
  if (words.length > 0) {
    const tx = db.transaction("draft", "readwrite");
    for (const [message_group_uuid, { text, rev }] of words) {
      const stored = await tx.store.get(message_group_uuid);
      // A higher revision: the page's own last write arrived, or another tab has moved on.
      if ((stored?.rev ?? 0) < rev) await tx.store.put({ message_group_uuid, text, rev });
    }
    await tx.done;
    clearPageExitDrafts(user_uuid);
  }
  const both = () => db.transaction(["outbox", "draft"], "readwrite");

  return {
    durable: true,
    async load() {
      const tx = db.transaction(["outbox", "draft"]);
      const [messages, drafts] = await Promise.all([
        tx.objectStore("outbox").index("order").getAll(),
        tx.objectStore("draft").getAll(),
      ]);
      return {
        messages,
        drafts: new Map(
          drafts.map(({ message_group_uuid, ...draft }) => [message_group_uuid, draft]),
        ),
      };
    },
    async enqueue(message) {
      const tx = both();
      const { message_group_uuid } = message;
      const outbox = tx.objectStore("outbox");
      const drafts = tx.objectStore("draft");
      const end = IDBKeyRange.bound([message_group_uuid, 0], [message_group_uuid, Infinity]);
      const last = await outbox.index("order").openCursor(end, "prev");
      const seq = (last?.value.seq ?? 0) + 1;
      const row: OutboxMessage = { ...message, seq, state: "queued", tries: 0, error: null };
      const draft = await drafts.get(message_group_uuid);
      await outbox.add(row);
      await drafts.put({ message_group_uuid, text: "", rev: (draft?.rev ?? 0) + 1 });
      await tx.done;
      return row;
    },
    async patch(client_id, change) {
      const tx = db.transaction("outbox", "readwrite");
      const row = await tx.store.get(client_id);
      const changed = row && { ...row, ...change };
      if (changed) await tx.store.put(changed);
      await tx.done;
      return changed;
    },
    async remove(client_id) {
      await db.delete("outbox", client_id);
    },
    async revert(client_id) {
      const tx = both();
      const row = await tx.objectStore("outbox").get(client_id);
      if (row) {
        const { message_group_uuid } = row;
        const draft = await tx.objectStore("draft").get(message_group_uuid);
        await tx.objectStore("outbox").delete(client_id);
        await tx.objectStore("draft").put({
          message_group_uuid,
          text: joinDraft(row.message, draft),
          rev: (draft?.rev ?? 0) + 1,
        });
      }
      await tx.done;
    },
    async putDraft(message_group_uuid, text, rev) {
      const tx = db.transaction("draft", "readwrite");
      const stored = await tx.store.get(message_group_uuid);
      if (stored && stored.rev > rev) return { text: stored.text, rev: stored.rev };
      const next = { text, rev: (stored?.rev ?? 0) + 1 };
      await tx.store.put({ message_group_uuid, ...next });
      await tx.done;
      return next;
    },
    putDraftOnExit(message_group_uuid, text, rev) {
      savePageExitDraft(user_uuid, message_group_uuid, { text, rev: rev + 1 });
      const tx = db.transaction("draft", "readwrite");
      // Nobody will be there to hear of a failure, nor to let the transaction end by itself.
      tx.store.put({ message_group_uuid, text, rev: rev + 1 }).catch(() => {});
      tx.done.catch(() => {});
      tx.commit();
    },
    close: () => db.close(),
  };
}
