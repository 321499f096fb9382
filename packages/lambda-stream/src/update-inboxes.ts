import type { StreamProjection } from "@cruddur/ddb/projection";
import type { StoredMessage } from "@cruddur/ddb/types";
import pLimit from "p-limit";

/** The index doesn't show all members yet: a later attempt will find them. */
export class StaleIndexError extends Error {
  override readonly name = "StaleIndexError";
}

/** New messages of one message group, oldest first, each once. */
export type NewMessages = readonly [StoredMessage, ...StoredMessage[]];

/** Inbox updates of one message group at once. */
const UPDATES_AT_ONCE = 16;

/**
 * Updates the inbox of every member of a message group. An update that fails doesn't keep the
 * others from being made.
 * @returns the number of members. Throws StaleIndexError, or what an inbox update threw.
 */
export async function updateInboxes(
  projection: StreamProjection,
  messages: NewMessages,
): Promise<number> {
  const { message_group_uuid } = messages[0];
  const uuids = await projection.listMemberUuids({ message_group_uuid });
  const limit = pLimit(UPDATES_AT_ONCE);
  const updates = await Promise.allSettled(
    uuids.map((user_uuid) =>
      limit(() => projection.updateMembership({ user_uuid, message_group_uuid }, messages)),
    ),
  );
  const counts: number[] = [];
  for (const update of updates) {
    if (update.status === "rejected") throw update.reason;
    if (update.value !== null) counts.push(update.value);
  }
  // The memberships say how many members there are now. Without any membership, the messages say
  // how many there were.
  const expected = Math.max(
    ...(counts.length > 0 ? counts : messages.map(({ member_count }) => member_count)),
  );
  if (counts.length < expected) {
    throw new StaleIndexError(`found ${counts.length} of ${expected} members`);
  }
  return counts.length;
}
