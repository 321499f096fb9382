/**
 * Drafts in one of the browser's synchronous storages, for moments in which IndexedDB is not
 * available. A browser that refuses storage keeps nothing: the form says so once the outbox is open.
 * @param storage called for each access, because reading `localStorage` itself may throw
 * @param prefix of the storage key; the rest of the key is the user's uuid
 */
export function createSynchronousDrafts<Draft>(storage: () => Storage, prefix: string) {
  function read(user_uuid: string): Map<string, Draft> {
    try {
      const drafts: unknown = JSON.parse(storage().getItem(prefix + user_uuid) ?? "{}");
      return new Map(Object.entries((drafts ?? {}) as Record<string, Draft>));
    } catch {
      return new Map();
    }
  }

  return {
    /** The stored drafts by message group. */
    read,

    /** Stores a draft before the call returns. */
    put(user_uuid: string, message_group_uuid: string, draft: Draft): void {
      try {
        const drafts = read(user_uuid).set(message_group_uuid, draft);
        storage().setItem(prefix + user_uuid, JSON.stringify(Object.fromEntries(drafts)));
      } catch {
        // The storage is full or forbidden.
      }
    },

    clear(user_uuid: string): void {
      try {
        storage().removeItem(prefix + user_uuid);
      } catch {
        // What cannot be removed could not be written either.
      }
    },
  };
}
