import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import type { FeedRow } from "../conversation/feed/feed-rows.ts";

type Member = MessageGroupDetail["members"][number];

/** The people who have seen an own message. */
export interface Readers {
  /** Key of the message's row. */
  key: string;
  people: readonly Member[];
}

/**
 * The newest own message that another member has read, and everybody who has.
 * @returns null when nobody has read any of the rows
 */
export function findReaders(
  rows: readonly FeedRow[],
  members: readonly Member[],
  user_uuid: string,
): Readers | null {
  const others = members.filter(({ uuid }) => uuid !== user_uuid);
  for (const row of rows.toReversed()) {
    if (row.kind !== "message" || row.uuid === null || row.user_uuid !== user_uuid) continue;
    const { uuid } = row;
    const people = others.filter(({ read_message_uuid }) => (read_message_uuid ?? "") >= uuid);
    if (people.length > 0) return { key: row.key, people };
  }
  return null;
}
