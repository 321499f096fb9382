import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import {
  fromMembershipItem,
  hiddenSendersOf,
  mentionOf,
  shownRevisionOf,
} from "../items/membership-item.ts";
import { messageSk } from "../keys.ts";
import { refile } from "../refile.ts";
import { unavailable } from "../retries.ts";
import type { MembershipId, NewestMessage } from "../types.ts";
import { countUnread } from "./count-unread.ts";
import { findMention } from "./find-mention.ts";
import {
  joinUpdates,
  type MembershipState,
  previewUpdate,
  updateIf,
  updateOf,
  type WriteOutcome,
  writeMembershipState,
} from "./membership-writes.ts";

/** Messages of one message group, oldest first, each once and in its newest known state. */
export type NewMessages = readonly [NewestMessage, ...NewestMessage[]];

const ATTEMPTS = 10;

/**
 * One inbox update: brings a membership up to date with new messages of its message group. Safe to
 * repeat. Throws AppError `unavailable`.
 * @returns the membership's `member_count`; null when there is no membership (the member left)
 */
export const updateMembership = defineAccessPattern(
  {
    question:
      "New messages take a conversation to the top of a member's inbox and raise its unread count",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}",
    cost: "3 WU a member and batch; with hidden senders 1 WU more; a replay 1 WU and a count",
    actions: { table: ["UpdateItem"] },
    uses: { countUnread, findMention },
  },
  async (table: Table, id: MembershipId, messages: NewMessages): Promise<number | null> => {
    let outcome = await advance(table, id, messages, []);
    const hidden = outcome.item === undefined ? [] : hiddenSendersOf(outcome.item);
    if (!outcome.written && hidden.length > 0) {
      outcome = await advance(table, id, messages, hidden);
    }
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { item } = outcome;
      if (item === undefined) return null;
      if (outcome.written) return fromMembershipItem(item).member_count;
      const state = await reconcile(table, id, item, messages);
      if (state === null) return fromMembershipItem(item).member_count;
      outcome = await writeMembershipState(table, id, item, state);
    }
    throw unavailable();
  },
);

/**
 * The usual case, without reading the membership: it isn't archived, and all the messages are newer
 * than the one it shows and than its read marker, so each message of another person is one more unread, unless it is deleted already.
 */
function advance(
  table: Table,
  id: MembershipId,
  messages: NewMessages,
  hidden: readonly string[],
): Promise<WriteOutcome> {
  const [oldest] = messages;
  const shown = byOthers(messages, id.user_uuid, hidden).filter(isCounted);
  const mention_uuid = newestMention(shown, id.user_uuid);
  const { values, ...update } = joinUpdates(
    previewUpdate(newestOf(messages)),
    ...(mention_uuid === undefined ? [] : [updateOf({ mention_uuid })]),
  );
  return updateIf(table, id, {
    ...update,
    add: ["unread_count :unread"],
    condition:
      "attribute_exists(pk) AND attribute_not_exists(archived_after)" +
      " AND (attribute_not_exists(last_message_at) OR last_message_at < :oldest)" +
      " AND (attribute_not_exists(read_message_uuid) OR read_message_uuid < :oldest_uuid)" +
      (hidden.length === 0
        ? " AND attribute_not_exists(hidden_senders)"
        : " AND hidden_senders = :hidden"),
    values: {
      ...values,
      ":oldest": { S: messageSk(oldest.uuid) },
      ":oldest_uuid": { S: oldest.uuid },
      ":unread": { N: String(shown.length) },
      ...(hidden.length > 0 && { ":hidden": { SS: [...hidden] } }),
    },
  });
}

/**
 * After a replay, a late arrival or a read marker that is ahead: what the membership should say,
 * given what it says now; null when it says so already. Counts in the table what the membership
 * doesn't show.
 */
async function reconcile(
  table: Table,
  id: MembershipId,
  item: Item,
  messages: NewMessages,
): Promise<MembershipState | null> {
  const membership = fromMembershipItem(item);
  const { last_message, read_message_uuid, unread_count, hidden_senders } = membership;
  const others = byOthers(messages, id.user_uuid, hidden_senders);
  const newest = newestOf(messages);
  const isNewer = last_message === null || last_message.uuid < newest.uuid;
  const shown = messages.find(
    ({ uuid, revision = 0 }) => uuid === last_message?.uuid && revision > shownRevisionOf(item),
  );
  const preview: Pick<MembershipState, "newest" | "filing"> = isNewer
    ? { newest, ...refile(membership, newest.uuid) }
    : shown === undefined
      ? {}
      : { newest: shown };
  const until = messageSk(isNewer ? newest.uuid : last_message.uuid);
  const mentionBefore = mentionOf(item);
  const mention = newestMention(others.filter(isCounted), id.user_uuid) ?? "";
  const isMentionNew = mention > (mentionBefore ?? "") && mention > (read_message_uuid ?? "");
  const isMentionDeleted = messages.some(
    (message) => message.uuid === mentionBefore && !isCounted(message),
  );
  // A repeated record may mention the member in a message that was deleted since: the table knows.
  const mention_uuid =
    isMentionNew || isMentionDeleted
      ? await findMention(table, { ...id, read_message_uuid, until, hidden_senders })
      : mentionBefore;
  const change = { ...preview, ...(mention_uuid !== mentionBefore && { mention_uuid }) };
  const isChanged = Object.keys(change).length > 0;
  const unread = others.filter(
    ({ uuid }) => read_message_uuid === null || uuid > read_message_uuid,
  );
  const allNewer = last_message === null || last_message.uuid < messages[0].uuid;
  const allRead = read_message_uuid !== null && read_message_uuid >= (last_message?.uuid ?? "");
  if (allNewer && allRead) return { unread_count: unread.filter(isCounted).length, ...change };
  if (unread.length === 0) return isChanged ? { unread_count, ...change } : null;
  const range = { ...id, read_message_uuid, until, hidden_senders };
  const counted = await countUnread(table, range);
  return isChanged || counted !== unread_count ? { unread_count: counted, ...change } : null;
}

function newestOf(messages: NewMessages): NewestMessage {
  return messages.at(-1) ?? messages[0];
}

function isCounted({ deleted_at, system_kind }: NewestMessage): boolean {
  return deleted_at == null && system_kind === undefined;
}

/** @param shown messages of others that count */
function newestMention(shown: readonly NewestMessage[], user_uuid: string): string | undefined {
  return shown.findLast(({ mentions = [] }) => mentions.includes(user_uuid))?.uuid;
}

function byOthers(
  messages: NewMessages,
  user_uuid: string,
  hidden: readonly string[],
): NewestMessage[] {
  return messages.filter(
    (message) => message.user_uuid !== user_uuid && !hidden.includes(message.user_uuid),
  );
}
