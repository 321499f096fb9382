import type { StreamProjection } from "@cruddur/ddb/projection";
import type { StoredMessage } from "@cruddur/ddb/types";
import pLimit from "p-limit";

/** The index doesn't show all members yet: trying again later will. */
export class StaleIndexError extends Error {
  override readonly name = "StaleIndexError";
}

/** Rows written at once for one group. */
const ROWS_AT_ONCE = 16;

/**
 * Moves one group in every member's inbox. Rows that can be moved are, even when others fail.
 * @param messages of one group, in history order, each once
 * @returns the number of rows reached. Throws StaleIndexError, or what a row's write threw.
 */
export async function fanOut(
  projection: StreamProjection,
  messages: readonly [StoredMessage, ...StoredMessage[]],
): Promise<number> {
  const { message_group_uuid } = messages[0];
  const uuids = await projection.listMemberUuids({ message_group_uuid });
  const limit = pLimit(ROWS_AT_ONCE);
  const moves = await Promise.allSettled(
    uuids.map((user_uuid) =>
      limit(() => projection.updateMembership({ user_uuid, message_group_uuid }, messages)),
    ),
  );
  const counts: number[] = [];
  for (const move of moves) {
    if (move.status === "rejected") throw move.reason;
    if (move.value !== null) counts.push(move.value);
  }
  // The rows say how many members there are today; with no row, the messages say how many there were.
  const expected = Math.max(
    ...(counts.length > 0 ? counts : messages.map(({ member_count }) => member_count)),
  );
  if (counts.length < expected) {
    throw new StaleIndexError(`reached ${counts.length} of ${expected} rows`);
  }
  return counts.length;
}
