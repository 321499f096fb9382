import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import type { FeedRow } from "../feed/feed-rows.ts";
import type { Receipt } from "../feed/message-meta.tsx";

// The same objects for all rows, so that a row whose receipt is unchanged is not rendered again.
const SENT: Receipt = { status: "sent", isSpoken: false };
const SEEN: Receipt = { status: "seen", isSpoken: false };
const SPOKEN_SENT: Receipt = { status: "sent", isSpoken: true };
const SPOKEN_SEEN: Receipt = { status: "seen", isSpoken: true };

/**
 * The receipts of all own messages that are stored: "seen" up to the newest one that everybody else
 * has read, "sent" after it.
 * @returns receipts by row key
 */
export function receiptsOf(
  rows: readonly FeedRow[],
  members: MessageGroupDetail["members"],
  user_uuid: string,
): ReadonlyMap<string, Receipt> {
  const receipts = new Map<string, Receipt>();
  const others = members.filter(({ uuid }) => uuid !== user_uuid);
  const readByAll =
    others
      .map(({ read_message_uuid }) => read_message_uuid ?? "")
      .sort()
      .at(0) ?? "";
  let isSeenSpoken = false;
  for (const row of rows.toReversed()) {
    if (row.kind !== "message" || row.uuid === null || row.user_uuid !== user_uuid) continue;
    const isSeen = row.uuid <= readByAll;
    const isNewestSeen = isSeen && !isSeenSpoken;
    if (isNewestSeen) isSeenSpoken = true;
    if (isSeen) receipts.set(row.key, isNewestSeen ? SPOKEN_SEEN : SEEN);
    else receipts.set(row.key, receipts.size === 0 ? SPOKEN_SENT : SENT);
  }
  return receipts;
}
