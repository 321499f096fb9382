import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { fromMembershipItem, mentionOf, shownRevisionOf } from "../items/membership-item.ts";
import { messageSk } from "../keys.ts";
import { unavailable } from "../retries.ts";
import type { MembershipId } from "../types.ts";
import { countUnread } from "./count-unread.ts";
import { findMention } from "./find-mention.ts";
import { type MembershipState, writeMembershipState } from "./membership-writes.ts";
import { getMembership, getMembershipItem } from "./memberships.ts";
import type { NewMessages } from "./update-membership.ts";

const ATTEMPTS = 10;

/**
 * Brings a membership up to date with edited and deleted messages that were projected before. The
 * preview follows the message that it shows; a delete recounts what is unread, because a repeated
 * delete must not lower the count twice. Never moves the conversation within the inbox. Safe to
 * repeat. Throws AppError `unavailable`.
 * @returns the membership's `member_count`; null when there is no membership (the member left)
 */
export const reviseMembership = defineAccessPattern(
  {
    question: "Edited and deleted messages change a member's preview and unread count",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}",
    cost: "1 RU; 2 WU a member where the preview or the count changes; a count after a delete of an unread message",
    actions: { table: ["UpdateItem"] },
    uses: { getMembership, countUnread, findMention },
  },
  async (table: Table, id: MembershipId, changed: NewMessages): Promise<number | null> => {
    let item = await getMembershipItem(table, id);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (item === undefined) return null;
      const state = await revise(table, id, item, changed);
      if (state === null) return fromMembershipItem(item).member_count;
      const outcome = await writeMembershipState(table, id, item, state);
      if (outcome.written) return fromMembershipItem(outcome.item).member_count;
      item = outcome.item;
    }
    throw unavailable();
  },
);

/** What the membership should say; null when it says so already. */
async function revise(
  table: Table,
  id: MembershipId,
  item: Item,
  changed: NewMessages,
): Promise<MembershipState | null> {
  const { last_message, read_message_uuid, unread_count, hidden_senders } =
    fromMembershipItem(item);
  if (last_message === null) return null;
  const shown = changed.find(
    ({ uuid, revision = 0 }) => uuid === last_message.uuid && revision > shownRevisionOf(item),
  );
  const wasUnread = changed.some(
    ({ uuid, user_uuid, deleted_at }) =>
      deleted_at != null &&
      user_uuid !== id.user_uuid &&
      uuid > (read_message_uuid ?? "") &&
      uuid <= last_message.uuid,
  );
  const until = messageSk(last_message.uuid);
  const unread = wasUnread
    ? await countUnread(table, { ...id, read_message_uuid, until, hidden_senders })
    : unread_count;
  const mention = mentionOf(item);
  const isMentionDeleted = changed.some(
    ({ uuid, deleted_at }) => deleted_at != null && uuid === mention,
  );
  if (shown === undefined && unread === unread_count && !isMentionDeleted) return null;
  return {
    unread_count: unread,
    ...(shown !== undefined && { newest: shown }),
    ...(isMentionDeleted && {
      mention_uuid: await findMention(table, { ...id, read_message_uuid, until, hidden_senders }),
    }),
  };
}
