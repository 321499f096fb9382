import { setTimeout as sleep } from "node:timers/promises";
import type { MessagesStore } from "@cruddur/ddb/types";
import { LRUCache } from "lru-cache";

/** Short, since a member who was removed must soon stop receiving. */
const TTL_MS = 5_000;
const RETRY_MS = [200, 800];

export interface Members {
  /**
   * uuids of a group's members. `expected` is the count known from elsewhere: a shorter list comes
   * from an index that is behind, and is read again.
   */
  of(message_group_uuid: string, expected?: number): Promise<readonly string[]>;
}

export function createMembers(store: Pick<MessagesStore, "listMemberUuids">): Members {
  const cache = new LRUCache<string, Promise<readonly string[]>>({ max: 5_000, ttl: TTL_MS });

  async function read(message_group_uuid: string, expected: number): Promise<readonly string[]> {
    for (const delayMs of RETRY_MS) {
      const uuids = await store.listMemberUuids({ message_group_uuid });
      if (uuids.length >= expected) return uuids;
      await sleep(delayMs);
    }
    return store.listMemberUuids({ message_group_uuid });
  }

  return {
    async of(message_group_uuid, expected = 0) {
      const cached = await cache.get(message_group_uuid);
      if (cached !== undefined && cached.length >= expected) return cached;
      const reading = read(message_group_uuid, expected);
      cache.set(message_group_uuid, reading);
      reading.catch(() => cache.delete(message_group_uuid));
      return await reading;
    },
  };
}
