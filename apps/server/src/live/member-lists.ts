import { setTimeout as sleep } from "node:timers/promises";
import type { MessagesStore } from "@cruddur/ddb/store";
import { LRUCache } from "lru-cache";

/** Short, because a member who was removed must soon receive no more events. */
const TTL_MS = 5_000;
const RETRY_DELAYS_MS = [200, 800];

export type MemberLists = ReturnType<typeof createMemberLists>;

/** The members of message groups, remembered for a few seconds. */
export function createMemberLists(store: Pick<MessagesStore, "listMemberUuids">) {
  const cache = new LRUCache<string, Promise<readonly string[]>>({ max: 5_000, ttl: TTL_MS });

  async function read(message_group_uuid: string, expected: number): Promise<readonly string[]> {
    for (const delayMs of RETRY_DELAYS_MS) {
      const uuids = await store.listMemberUuids({ message_group_uuid });
      if (uuids.length >= expected) return uuids;
      await sleep(delayMs);
    }
    return store.listMemberUuids({ message_group_uuid });
  }

  return {
    /**
     * @param expected the number of members, where it is known: the list comes from an index, and
     *   a shorter one is read again because the index is behind the table
     * @returns user uuids
     */
    async get(message_group_uuid: string, expected = 0): Promise<readonly string[]> {
      const cached = await cache.get(message_group_uuid);
      if (cached !== undefined && cached.length >= expected) return cached;
      const reading = read(message_group_uuid, expected);
      cache.set(message_group_uuid, reading);
      reading.catch(() => cache.delete(message_group_uuid));
      return await reading;
    },
  };
}
