import type { LeftReason } from "@cruddur/contract/live-events";

/** A message that was edited or deleted, or a group that people have left, and whom that concerns. */
interface RecentChange {
  atMs: number;
  message_group_uuid: string;
  /** null where the members have left the group. */
  message_uuid: string | null;
  members: readonly string[];
  /** Why the members have left. */
  reason?: LeftReason | null;
}

/** Longer than a catch-up reaches back. Browsers that were away longer, or missed more changes, resync. */
const MAX_AGE_MS = 16 * 60_000;
const MAX_CHANGES = 10_000;

/**
 * The changes that this server has made, or has learned of by notices. The key of a message does not say
 * when the message was changed, so a catch-up finds changes only here.
 */
export class RecentChanges {
  #changes: RecentChange[] = [];
  #completeSinceMs = Date.now();

  record(change: Omit<RecentChange, "atMs">): void {
    this.#changes.push({ ...change, atMs: Date.now() });
    if (this.#changes.length > MAX_CHANGES) {
      this.#completeSinceMs = this.#changes[MAX_CHANGES / 2]?.atMs ?? Date.now();
    }
    const oldestMs = Math.max(this.#completeSinceMs, Date.now() - MAX_AGE_MS);
    const [first] = this.#changes;
    if (first !== undefined && first.atMs < oldestMs) {
      this.#changes = this.#changes.filter(({ atMs }) => atMs >= oldestMs);
    }
  }

  /** Changes may have been missed: from now on the record is complete again. */
  interrupt(): void {
    this.#changes = [];
    this.#completeSinceMs = Date.now();
  }

  /**
   * What changed for a user since a moment, each message and group once; null when that isn't known.
   * @param overlapMs how much earlier to look, because clocks of servers differ
   */
  since(
    user_uuid: string,
    sinceMs: number,
    overlapMs: number,
  ): Pick<RecentChange, "message_group_uuid" | "message_uuid" | "reason">[] | null {
    if (sinceMs < this.#completeSinceMs) return null;
    const changes = this.#changes.filter(
      ({ atMs, members }) => atMs >= sinceMs - overlapMs && members.includes(user_uuid),
    );
    const keyOf = (change: RecentChange) => change.message_uuid ?? change.message_group_uuid;
    return [...new Map(changes.map((change) => [keyOf(change), change])).values()];
  }
}
