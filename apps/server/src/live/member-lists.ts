import { setTimeout as sleep } from "node:timers/promises";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { Membership } from "@cruddur/ddb/types";
import { LRUCache } from "lru-cache";
import { areApart } from "../api/are-apart.ts";

/**
 * How long a list of members is used. The notice of a change replaces the list at once on every server;
 * this bounds how long an old list is used when such a notice is lost.
 */
const TTL_MS = 5_000;
const RETRY_DELAYS_MS = [200, 800];
const MAX_MESSAGE_GROUPS = 5_000;

export type MemberLists = ReturnType<typeof createMemberLists>;

/** What is remembered of a member: the message after which they can read, and whom they have blocked. */
type KnownMember = Pick<Membership, "user_uuid" | "hidden_senders"> & {
  joined_after: string | null;
};

/** What a caller knows about the message group, and about the event that its members will receive. */
interface Expected {
  /** The number of members: a shorter list is read again, because the index is behind the table. */
  member_count?: number | undefined;
  /** Leaves out the members of a group with whom there is a block. */
  actor_uuid?: string | undefined;
  /** Leaves out the members who joined after this message and can't read it. */
  message_uuid?: string | undefined;
}

/**
 * The members of message groups. The list comes from an index, which may still show someone who was
 * removed. Each member's own membership is therefore read once, strongly consistent, until the members
 * change. The membership also says after which message the member can read.
 */
export function createMemberLists(
  store: Pick<MessagesStore, "listMemberUuids" | "getMemberships">,
) {
  const lists = new LRUCache<string, Promise<readonly string[]>>({
    max: MAX_MESSAGE_GROUPS,
    ttl: TTL_MS,
  });
  /** The members by their uuid, by message group. */
  const known = new LRUCache<string, Map<string, KnownMember>>({ max: MAX_MESSAGE_GROUPS });

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

  /** Where `replace` has removed the map during the read, only this caller sees the filled map. */
  async function readMembers(message_group_uuid: string, uuids: readonly string[]) {
    const members = known.get(message_group_uuid) ?? new Map<string, KnownMember>();
    known.set(message_group_uuid, members);
    const unknown = uuids.filter((uuid) => !members.has(uuid));
    if (unknown.length > 0) {
      const of = { message_group_uuid, user_uuids: unknown, consistent: true };
      for (const { user_uuid, group, hidden_senders } of await store.getMemberships(of)) {
        const joined_after = group?.joined_after ?? null;
        members.set(user_uuid, { user_uuid, joined_after, hidden_senders });
      }
    }
    return members;
  }

  return {
    /** @returns uuids of the members who can read the message, or see what the actor does */
    async get(message_group_uuid: string, expected: Expected = {}): Promise<readonly string[]> {
      const { member_count = 0, message_uuid, actor_uuid = "" } = expected;
      const uuids = await list(message_group_uuid, member_count);
      const members = await readMembers(message_group_uuid, uuids);
      const actor = members.get(actor_uuid);
      return uuids.filter((uuid) => {
        const member = members.get(uuid);
        if (member === undefined) return false;
        if (actor !== undefined && areApart(actor, member)) return false;
        const { joined_after } = member;
        return joined_after === null || message_uuid === undefined || message_uuid > joined_after;
      });
    },

    /** Takes the members of a message group from whoever has just changed them. */
    replace(message_group_uuid: string, uuids: readonly string[]): void {
      lists.set(message_group_uuid, Promise.resolve(uuids));
      known.delete(message_group_uuid);
    },

    /** Reads the members of a message group again when they are next needed. */
    forget(message_group_uuid: string): void {
      known.delete(message_group_uuid);
    },

    /** Forgets everything: changes may have been missed. */
    clear(): void {
      lists.clear();
      known.clear();
    },
  };
}
