import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import type { FeedRow } from "../feed/feed-rows.ts";
import type { Receipt } from "../feed/message-item.tsx";

/**
 * "Seen" under the newest own message that everybody else has read, and "Sent" under the newest own
 * message if it has not been read. No other message has a receipt.
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
  for (const row of rows.toReversed()) {
    if (row.kind !== "message" || row.uuid === null || row.user_uuid !== user_uuid) continue;
    if (row.uuid <= readByAll) {
      receipts.set(row.key, "seen");
      break;
    }
    if (receipts.size === 0) receipts.set(row.key, "sent");
  }
  return receipts;
}
