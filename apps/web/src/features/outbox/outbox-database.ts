import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Draft, OutboxChange, OutboxMessage } from "./types.ts";

const VERSION = 3;
/** The fields that version 1 stored under other names. */
const RENAMED: Readonly<Record<string, string>> = {
  seq: "order",
  tries: "attempts",
  rev: "revision",
};

/** The changes of one conversation, in order. */
export interface StoredChanges {
  message_group_uuid: string;
  changes: readonly OutboxChange[];
}

export type StoredDraft = Draft & { message_group_uuid: string };

interface OutboxSchema extends DBSchema {
  outbox: { key: string; value: OutboxMessage; indexes: { order: [string, number] } };
  draft: { key: string; value: StoredDraft };
  change: { key: string; value: StoredChanges };
}

export type OutboxDatabase = IDBPDatabase<OutboxSchema>;

/**
 * Opens a user's database and moves the records of an earlier version into the current one. Rejects
 * when the browser refuses storage.
 */
export async function openOutboxDatabase(user_uuid: string): Promise<OutboxDatabase> {
  const db: OutboxDatabase = await openDB<OutboxSchema>(`cruddur-outbox-${user_uuid}`, VERSION, {
    async upgrade(opened, oldVersion, _newVersion, tx) {
      opened.createObjectStore("change", { keyPath: "message_group_uuid" });
      if (oldVersion === 2) return;
      if (oldVersion === 0) {
        opened.createObjectStore("outbox", { keyPath: "client_id" });
        opened.createObjectStore("draft", { keyPath: "message_group_uuid" });
      }
      const [outbox, drafts] = [tx.objectStore("outbox"), tx.objectStore("draft")];
      if (oldVersion === 1) outbox.deleteIndex("order");
      outbox.createIndex("order", ["message_group_uuid", "order"]);
      for (const message of await outbox.getAll()) await outbox.put(withCurrentNames(message));
      for (const draft of await drafts.getAll()) await drafts.put(withCurrentNames(draft));
    },
    blocking: () => db.close(),
  });
  return db;
}

/** The record with the names of the current version. A current record stays as it is. */
export function withCurrentNames<StoredRecord extends object>(stored: StoredRecord): StoredRecord {
  const fields = Object.entries(stored).map(([name, value]) => [RENAMED[name] ?? name, value]);
  return Object.fromEntries(fields) as StoredRecord;
}
