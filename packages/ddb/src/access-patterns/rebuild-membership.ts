import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { fromMembershipItem, lacksFolder } from "../items/membership-item.ts";
import { messageKey } from "../items/message-item.ts";
import { cutPreview } from "../items/preview.ts";
import { messageSk } from "../keys.ts";
import { refile } from "../refile.ts";
import { unavailable } from "../retries.ts";
import type { Membership, MembershipId, NewestMessage, Preview } from "../types.ts";
import { countUnread } from "./count-unread.ts";
import { findMention } from "./find-mention.ts";
import { getMessageItem } from "./get-message.ts";
import { getNewestMessage } from "./get-newest-message.ts";
import { writeMembershipState } from "./membership-writes.ts";
import { getMembership, getMembershipItem } from "./memberships.ts";

const ATTEMPTS = 10;

/**
 * Works out one membership from the messages alone, safely while people write. Throws AppError
 * `unavailable`, and CorruptItemError or KeyError for a membership that can't be read.
 * @returns null when there is no such membership
 */
export const rebuildMembership = defineAccessPattern(
  {
    question: "What should one membership say?",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}; pk = MSG#{message_group_uuid}",
    cost: "1.5 RU and a count; 2 WU where it was wrong",
    actions: { table: ["GetItem", "UpdateItem"] },
    uses: { getMembership, getNewestMessage, countUnread, findMention },
  },
  async (
    table: Table,
    { user_uuid, message_group_uuid }: MembershipId,
  ): Promise<{ repaired: boolean; member_count: number } | null> => {
    const id = { user_uuid, message_group_uuid };
    let item = await getMembershipItem(table, id);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (item === undefined) return null;
      // Read after the membership: whatever a membership shows was stored before it was shown.
      const newest = await getNewestMessage(table, { message_group_uuid });
      const membership = fromMembershipItem(item);
      const { last_message, read_message_uuid, unread_count, member_count } = membership;
      const { hidden_senders } = membership;
      if (newest === null) return { repaired: false, member_count };
      // A newer message than the newest readable one was shown while it could still be read. A
      // preview never goes back to an older message while the newer one exists.
      const keepsPreview =
        last_message !== null &&
        last_message.uuid > newest.uuid &&
        (await getMessageItem(table, messageKey(message_group_uuid, last_message.uuid))) !==
          undefined;
      const until = messageSk(keepsPreview ? last_message.uuid : newest.uuid);
      const range = { ...id, read_message_uuid, until, hidden_senders };
      const counted = await countUnread(table, range);
      const mention_uuid = await findUnreadMention(table, membership, until);
      const filing = refile(membership, keepsPreview ? last_message.uuid : newest.uuid);
      const isListed = !lacksFolder(item) && filing.filing === undefined;
      const isRight =
        counted === unread_count &&
        (keepsPreview || shows(last_message, newest)) &&
        membership.mentioned === (mention_uuid !== null);
      if (isRight && isListed) return { repaired: false, member_count };
      const shown = { ...filing, ...(keepsPreview ? {} : { newest }) };
      const state = { unread_count: counted, mention_uuid, ...shown };
      const outcome = await writeMembershipState(table, id, item, state);
      if (outcome.written) return { repaired: true, member_count };
      item = outcome.item;
    }
    throw unavailable();
  },
);

/** Only groups have mentions, so a pair's messages aren't searched. */
async function findUnreadMention(
  table: Table,
  { user_uuid, message_group_uuid, group, read_message_uuid, hidden_senders }: Membership,
  until: string,
): Promise<string | null> {
  if (group === null) return null;
  const id = { user_uuid, message_group_uuid };
  return findMention(table, { ...id, read_message_uuid, until, hidden_senders });
}

function shows(preview: Preview | null, newest: NewestMessage): boolean {
  return (
    preview?.uuid === newest.uuid &&
    preview.message === cutPreview(newest.message) &&
    preview.system_kind === newest.system_kind &&
    preview.user_uuid === newest.user_uuid
  );
}
