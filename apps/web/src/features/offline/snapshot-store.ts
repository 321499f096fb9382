import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import { KEPT_MS, type KeptConversation, type KeptInbox, SNAPSHOT_VERSION } from "./snapshot.ts";

const DATABASE = "cruddur-offline";

/** The key of one session, and until when the snapshot was up to date. */
interface SessionKey {
  id: string;
  key: CryptoKey;
  asOfMs: number;
}

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

interface SnapshotSchema extends DBSchema {
  key: { key: "session"; value: SessionKey };
  part: { key: PartName; value: Sealed };
}

/** The inbox, or the number of the slot of a conversation. No name says anything about its content. */
export type PartName = "inbox" | number;
type Part<Name extends PartName> = Name extends "inbox" ? KeptInbox : KeptConversation;

export type SnapshotStore = Awaited<ReturnType<typeof openSnapshotStore>>;

/**
 * Opens what this browser keeps for a page without a network, encrypted with a key that scripts can
 * use and not read. Opening drops what another version kept. Rejects when the browser refuses storage.
 */
export async function openSnapshotStore() {
  const db = await openDatabase().catch(async () => {
    // A newer version of the app was here before this one.
    await deleteDB(DATABASE);
    return openDatabase();
  });

  async function forget(): Promise<void> {
    const tx = db.transaction(["key", "part"], "readwrite");
    await Promise.all([tx.objectStore("key").clear(), tx.objectStore("part").clear(), tx.done]);
  }

  return {
    /** The key of the session, with which parts can be read. Null without one, and after 30 days. */
    async currentKey(): Promise<SessionKey | null> {
      const current = await db.get("key", "session");
      if (current === undefined) return null;
      if (Date.now() - current.asOfMs < KEPT_MS) return current;
      await forget();
      return null;
    },

    /** Deletes everything and begins anew with another key. */
    async renewKey(): Promise<SessionKey> {
      const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
        "encrypt",
        "decrypt",
      ]);
      const session = { id: crypto.randomUUID(), key, asOfMs: Date.now() };
      await forget();
      await db.put("key", session, "session");
      return session;
    },

    /** @returns null for a part that is missing, or was encrypted with another key */
    async read<Name extends PartName>(name: Name, { key }: SessionKey): Promise<Part<Name> | null> {
      const sealed = await db.get("part", name);
      if (sealed === undefined) return null;
      const { iv, data } = sealed;
      const text = await crypto.subtle
        .decrypt({ name: "AES-GCM", iv, additionalData: labelOf(name) }, key, data)
        .catch(() => null);
      return text && JSON.parse(new TextDecoder().decode(text));
    },

    /**
     * Stores parts, and that the snapshot is up to date now. A part that is null is deleted.
     * @returns false when the key is gone, because the person has signed out: nothing is stored
     */
    async write(
      parts: ReadonlyMap<PartName, KeptInbox | KeptConversation | null>,
      session: SessionKey,
    ): Promise<boolean> {
      const sealed = await Promise.all(
        [...parts].map(async ([name, part]) => [name, part && (await seal(name, part))] as const),
      );
      // Checked in the transaction that writes: whatever deletes the key ends all writing with it.
      const tx = db.transaction(["key", "part"], "readwrite");
      const keys = tx.objectStore("key");
      const isCurrent = (await keys.get("session"))?.id === session.id;
      if (isCurrent) {
        const store = tx.objectStore("part");
        for (const [name, part] of sealed) {
          if (part === null) void store.delete(name);
          else void store.put(part, name);
        }
        void keys.put({ ...session, asOfMs: Date.now() }, "session");
      }
      await tx.done;
      return isCurrent;

      async function seal(name: PartName, part: object): Promise<Sealed> {
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const text = new TextEncoder().encode(JSON.stringify(part));
        const algorithm = { name: "AES-GCM", iv, additionalData: labelOf(name) };
        return { iv, data: await crypto.subtle.encrypt(algorithm, session.key, text) };
      }
    },

    forget,
    close: () => db.close(),
  };
}

async function openDatabase() {
  const db: IDBPDatabase<SnapshotSchema> = await openDB<SnapshotSchema>(
    DATABASE,
    SNAPSHOT_VERSION,
    {
      upgrade(opened) {
        for (const name of opened.objectStoreNames) opened.deleteObjectStore(name);
        opened.createObjectStore("key");
        opened.createObjectStore("part");
      },
      blocking: () => db.close(),
    },
  );
  return db;
}

/** Binds a part to its place, so that none can be put in the place of another. */
const labelOf = (name: PartName) => new TextEncoder().encode(String(name));

/** Deletes the key and everything that is kept. Rejects when the browser refuses storage. */
export async function forgetSnapshot(): Promise<void> {
  const store = await openSnapshotStore();
  await store.forget();
  store.close();
}
