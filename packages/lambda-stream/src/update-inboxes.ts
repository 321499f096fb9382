import type { StreamProjection } from "@cruddur/ddb/projection";
import type { StoredMessage } from "@cruddur/ddb/types";
import pLimit from "p-limit";
import type { MessageGroupBatch } from "./group-messages.ts";

/** The index doesn't show all members yet: a later attempt will find them. */
export class StaleIndexError extends Error {
  override readonly name = "StaleIndexError";
}

/** Inbox updates of one message group at once. */
const UPDATES_AT_ONCE = 16;

/**
 * Updates the inbox of every member of a message group. An update that fails doesn't keep the
 * others from being made.
 * @returns the number of members. Throws StaleIndexError, or what an inbox update threw.
 */
export async function updateInboxes(
  projection: StreamProjection,
  { message_group_uuid, inserted, changed }: Omit<MessageGroupBatch, "sequenceNumbers">,
): Promise<number> {
  const visible = await visibleChanges(projection, message_group_uuid, changed);
  if (inserted.length + visible.length === 0) return 0;
  const uuids = await projection.listMemberUuids({ message_group_uuid });
  const updateOne = async (user_uuid: string): Promise<number | null> => {
    const id = { user_uuid, message_group_uuid };
    const ofInserted = isFilled(inserted) ? await projection.updateMembership(id, inserted) : null;
    return isFilled(visible) ? projection.reviseMembership(id, visible) : ofInserted;
  };
  const limit = pLimit(UPDATES_AT_ONCE);
  const updates = await Promise.allSettled(uuids.map((uuid) => limit(() => updateOne(uuid))));
  const counts: number[] = [];
  for (const update of updates) {
    if (update.status === "rejected") throw update.reason;
    if (update.value !== null) counts.push(update.value);
  }
  const messages = [...inserted, ...visible];
  // A group whose members have all left has no inbox to update.
  if (counts.length === 0 && (await projection.hasEnded({ message_group_uuid }))) return 0;
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

/**
 * The changes that a membership can show: every delete, which also concerns what is unread, and the
 * edit of the newest message. One read spares an update of every member for the edit of an older one.
 */
async function visibleChanges(
  projection: StreamProjection,
  message_group_uuid: string,
  changed: readonly StoredMessage[],
): Promise<StoredMessage[]> {
  const isDeleted = ({ deleted_at }: StoredMessage) => deleted_at !== undefined;
  if (changed.every(isDeleted)) return [...changed];
  const newest = await projection.getNewestMessage({ message_group_uuid });
  // Stryker disable next-line OptionalChaining: a message group with an edited message has a newest one.
  return changed.filter((message) => isDeleted(message) || message.uuid === newest?.uuid);
}

function isFilled<Each>(list: readonly Each[]): list is readonly [Each, ...Each[]] {
  return list.length > 0;
}
