import { AppError } from "@cruddur/contract/errors";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { fromMembershipItem } from "../items/membership-item.ts";
import { messageSk } from "../keys.ts";
import { unavailable } from "../retries.ts";
import type { MembershipId } from "../types.ts";
import { countUnread } from "./count-unread.ts";
import { getMessage } from "./get-message.ts";
import { updateIf, type WriteOutcome, writeMembershipState } from "./membership-writes.ts";

const ATTEMPTS = 8;
/** People can ask for a count as often as they like, so what it reads is bounded: 4 MB, 1,024 RU. */
const COUNT_MAX_QUERIES = 4;

interface ReadState {
  read_message_uuid: string;
  unread_count: number;
  /** False when the marker was already there or further on, and nothing was marked as unread. */
  moved: boolean;
}

/**
 * Moves a member's read marker forward, never back, and returns what the membership says then.
 * Reading up to the newest message, the usual case, is one read and one conditional write; stopping
 * short of it counts what is left, in at most 4 MB of messages. Throws AppError `message_not_found`, `not_a_member`.
 */
export const markRead = defineAccessPattern(
  {
    question: "A member has read up to a message",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}",
    cost: "1 RU and 2 WU; short of the newest message, a count of at most 4 MB more",
    actions: { table: ["UpdateItem"] },
    uses: { getMessage, countUnread },
  },
  async (table: Table, input: MembershipId & { message_uuid: string }): Promise<ReadState> => {
    const message_uuid = input.message_uuid.toLowerCase();
    if ((await getMessage(table, input)) === null) throw new AppError("message_not_found");
    const allRead = await markAllRead(table, input, message_uuid);
    if (allRead.written) return { read_message_uuid: message_uuid, unread_count: 0, moved: true };

    let { item } = allRead;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (item === undefined) throw new AppError("not_a_member");
      const { read_message_uuid, unread_count, last_message, marked_unread, hidden_senders } =
        fromMembershipItem(item);
      if (read_message_uuid !== null && read_message_uuid >= message_uuid) {
        const state = { read_message_uuid, unread_count };
        if (!marked_unread) return { ...state, moved: false };
        const outcome = await writeMembershipState(table, input, item, state);
        if (outcome.written) return { ...state, moved: true };
        item = outcome.item;
        continue;
      }
      const counted = await countUnread(table, {
        ...input,
        hidden_senders,
        read_message_uuid: message_uuid,
        until: last_message === null ? "" : messageSk(last_message.uuid),
        maxQueries: COUNT_MAX_QUERIES,
      });
      const state = { unread_count: counted, read_message_uuid: message_uuid };
      const outcome = await writeMembershipState(table, input, item, state);
      if (outcome.written) return { ...state, moved: true };
      item = outcome.item;
    }
    throw unavailable();
  },
);

/** When the membership shows nothing newer, nothing is unread, whatever the count was. */
function markAllRead(table: Table, id: MembershipId, message_uuid: string): Promise<WriteOutcome> {
  return updateIf(table, id, {
    set: ["read_message_uuid = :read", "unread_count = :zero"],
    remove: ["marked_unread"],
    condition:
      "attribute_exists(pk)" +
      " AND (attribute_not_exists(last_message_at) OR last_message_at <= :sk)" +
      " AND (attribute_not_exists(read_message_uuid) OR read_message_uuid < :read)",
    values: {
      ":read": { S: message_uuid },
      ":sk": { S: messageSk(message_uuid) },
      ":zero": { N: "0" },
    },
  });
}
