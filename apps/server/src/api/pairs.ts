import type { Membership, MembershipId } from "@cruddur/ddb/types";
import { LRUCache } from "lru-cache";

const MAX_PAIRS = 50_000;

export type Pairs = ReturnType<typeof createPairs>;

/**
 * The other person of pairs, remembered. A pair never changes, so this never gets old; it grants
 * nothing, because the guard reads the membership for every call.
 */
export function createPairs() {
  const others = new LRUCache<string, string>({ max: MAX_PAIRS });
  const keyOf = ({ user_uuid, message_group_uuid }: MembershipId) =>
    `${user_uuid} ${message_group_uuid.toLowerCase()}`;
  return {
    remember(membership: Pick<Membership, "user_uuid" | "message_group_uuid" | "other">): void {
      if (membership.other !== null) others.set(keyOf(membership), membership.other.user_uuid);
    },
    /** @returns the other person's uuid; undefined for a group, and where it isn't known yet */
    otherOf: (id: MembershipId): string | undefined => others.get(keyOf(id)),
  };
}
