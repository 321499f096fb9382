import { createMemoryStore } from "./memory-store.ts";
import type { OutboxSnapshot, OutboxStore } from "./types.ts";

/**
 * Storage that never stands in the way of sending: when the browser refuses it, from the start or
 * half-way (quota, "clear site data"), the outbox goes on in memory and `durable` says so.
 * @param lastSeen what the page last knew, carried over when storage fails half-way
 */
export async function createFallbackStore(
  open: () => Promise<OutboxStore>,
  lastSeen: () => OutboxSnapshot,
): Promise<OutboxStore> {
  let inner = await open().catch(() => createMemoryStore());

  const guard = async <T>(operation: (store: OutboxStore) => Promise<T>): Promise<T> => {
    try {
      return await operation(inner);
    } catch (error) {
      if (!inner.durable) throw error;
      inner = createMemoryStore(lastSeen());
      return operation(inner);
    }
  };

  return {
    get durable() {
      return inner.durable;
    },
    load: () => guard((store) => store.load()),
    enqueue: (message) => guard((store) => store.enqueue(message)),
    patch: (client_id, change) => guard((store) => store.patch(client_id, change)),
    remove: (client_id) => guard((store) => store.remove(client_id)),
    revert: (client_id) => guard((store) => store.revert(client_id)),
    putDraft: (group, text, rev) => guard((store) => store.putDraft(group, text, rev)),
    putDraftOnExit(group, text, rev) {
      try {
        inner.putDraftOnExit(group, text, rev);
      } catch {
        // The page is going; there is nowhere left to keep it.
      }
    },
    close: () => inner.close(),
  };
}
