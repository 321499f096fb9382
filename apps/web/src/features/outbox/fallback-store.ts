import { createMemoryStore } from "./memory-store.ts";
import type { OutboxSnapshot, OutboxStore } from "./types.ts";

/**
 * Storage that never prevents sending. When the browser refuses storage, at the start or later
 * (quota, "clear site data"), the outbox continues in memory and `durable` is false.
 * @param lastKnown what the page knows, carried over when storage fails later
 */
export async function createFallbackStore(
  open: () => Promise<OutboxStore>,
  lastKnown: () => OutboxSnapshot,
): Promise<OutboxStore> {
  let inner = await open().catch(() => createMemoryStore());

  const guard = async <T>(operation: (store: OutboxStore) => Promise<T>): Promise<T> => {
    try {
      return await operation(inner);
    } catch (error) {
      if (!inner.durable) throw error;
      inner = createMemoryStore(lastKnown());
      return operation(inner);
    }
  };

  return {
    get durable() {
      return inner.durable;
    },
    load: () => guard((store) => store.load()),
    messagesOf: (uuid) => guard((store) => store.messagesOf(uuid)),
    changesOf: (uuid) => guard((store) => store.changesOf(uuid)),
    update: (uuid, plan) => guard((store) => store.update(uuid, plan)),
    draftOf: (uuid) => guard((store) => store.draftOf(uuid)),
    enqueue: (message) => guard((store) => store.enqueue(message)),
    patch: (client_id, change) => guard((store) => store.patch(client_id, change)),
    remove: (client_id) => guard((store) => store.remove(client_id)),
    revert: (client_id) => guard((store) => store.revert(client_id)),
    putDraft: (uuid, draft) => guard((store) => store.putDraft(uuid, draft)),
    putDraftOnExit(uuid, draft) {
      try {
        inner.putDraftOnExit(uuid, draft);
      } catch {
        // The page closes, and no other storage is left.
      }
    },
    close: () => inner.close(),
  };
}
