import { setTimeout as sleep } from "node:timers/promises";
import type { MessagesStore } from "@cruddur/ddb/store";
import { LRUCache } from "lru-cache";

/**
 * How long a list of members is used. A change of members replaces it at once, on every server; this
 * bounds what happens when the notice of a change is lost.
 */
const TTL_MS = 5_000;
const RETRY_DELAYS_MS = [200, 800];
const MAX_MESSAGE_GROUPS = 5_000;

export type MemberLists = ReturnType<typeof createMemberLists>;

/** What a caller knows of a message group and of what is to be delivered to its members. */
interface Wanted {
  /** The number of members: a shorter list is read again, because the index is behind the table. */
  member_count?: number | undefined;
  /** Leaves out the members who joined after this message and can't read it. */
  message_uuid?: string | undefined;
}

/**
 * The members of message groups. The list comes from an index, which may still show someone who was
 * removed, so each member's own membership is read once, strongly consistent, until the members
 * change. It also says from where on they can read.
 */
export function createMemberLists(
  store: Pick<MessagesStore, "listMemberUuids" | "getMemberships">,
) {
  const lists = new LRUCache<string, Promise<readonly string[]>>({
    max: MAX_MESSAGE_GROUPS,
    ttl: TTL_MS,
  });
  /** The `joined_after` of the members by their uuid, by message group. */
  const horizons = new LRUCache<string, Map<string, string | null>>({ max: MAX_MESSAGE_GROUPS });

  async function read(message_group_uuid: string, expected: number): Promise<readonly string[]> {
    for (const delayMs of RETRY_DELAYS_MS) {
      const uuids = await store.listMemberUuids({ message_group_uuid });
      if (uuids.length >= expected) return uuids;
      await sleep(delayMs);
    }
    return store.listMemberUuids({ message_group_uuid });
  }

  async function list(message_group_uuid: string, expected: number): Promise<readonly string[]> {
    const cached = await lists.get(message_group_uuid);
    if (cached !== undefined && cached.length >= expected) return cached;
    const reading = read(message_group_uuid, expected);
    lists.set(message_group_uuid, reading);
    reading.catch(() => lists.delete(message_group_uuid));
    return await reading;
  }

  /** A map that was replaced meanwhile is filled for its reader alone. */
  async function readHorizons(message_group_uuid: string, uuids: readonly string[]) {
    const known = horizons.get(message_group_uuid) ?? new Map<string, string | null>();
    horizons.set(message_group_uuid, known);
    const unknown = uuids.filter((uuid) => !known.has(uuid));
    if (unknown.length > 0) {
      const of = { message_group_uuid, user_uuids: unknown, consistent: true };
      for (const { user_uuid, group } of await store.getMemberships(of)) {
        known.set(user_uuid, group?.joined_after ?? null);
      }
    }
    return known;
  }

  return {
    /** @returns uuids of the members who can read the message */
    async get(message_group_uuid: string, wanted: Wanted = {}): Promise<readonly string[]> {
      const { member_count = 0, message_uuid } = wanted;
      const uuids = await list(message_group_uuid, member_count);
      const joinedAfter = await readHorizons(message_group_uuid, uuids);
      return uuids.filter((uuid) => {
        const horizon = joinedAfter.get(uuid);
        if (horizon === undefined) return false;
        return horizon === null || message_uuid === undefined || message_uuid > horizon;
      });
    },

    /** Takes the members of a message group from whoever has just changed them. */
    replace(message_group_uuid: string, uuids: readonly string[]): void {
      lists.set(message_group_uuid, Promise.resolve(uuids));
      horizons.delete(message_group_uuid);
    },

    /** Forgets everything: changes may have been missed. */
    clear(): void {
      lists.clear();
      horizons.clear();
    },
  };
}
