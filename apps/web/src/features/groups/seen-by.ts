import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import type { FeedRow } from "../conversation/feed/feed-rows.ts";

type Member = MessageGroupDetail["members"][number];

/** The people who have seen a message of the signed-in person. */
export interface SeenBy {
  /** Key of the message's row. */
  key: string;
  people: readonly Member[];
}

/**
 * Finds the newest message of the signed-in person that another member has read, and all members who have
 * read it.
 * @returns null when nobody has read any of the rows
 */
export function findSeenBy(
  rows: readonly FeedRow[],
  members: readonly Member[],
  user_uuid: string,
): SeenBy | null {
  const others = members.filter(({ uuid }) => uuid !== user_uuid);
  for (const row of rows.toReversed()) {
    if (row.kind !== "message" || row.uuid === null || row.user_uuid !== user_uuid) continue;
    const { uuid } = row;
    const people = others.filter(({ read_message_uuid }) => (read_message_uuid ?? "") >= uuid);
    if (people.length > 0) return { key: row.key, people };
  }
  return null;
}
