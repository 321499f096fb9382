import { AppError } from "@cruddur/contract/errors";
import { MESSAGE_GROUP_MAX_MEMBERS } from "@cruddur/contract/limits";
import { defineAccessPattern } from "../access-pattern.ts";
import { backOff, unavailable } from "../retries.ts";
import type { Member, RequestFolder, StoredMessage } from "../types.ts";
import { findRepeatedChange } from "./find-repeated-change.ts";
import { type GroupMember, writeGroupState } from "./group-transaction.ts";
import { findHiddenSenders, hideInGroups, settleHiddenSenders } from "./hidden-senders.ts";
import { listBlocks } from "./list-blocked.ts";
import type { SendingTable } from "./send-claims.ts";
import { toMessage } from "./send-message.ts";

const ATTEMPTS = 3;

/**
 * Makes a group with its system message, all memberships or none. The first member makes the group
 * and becomes its owner. A repeated `client_id` returns the first group's message, whatever has
 * happened to the group since. Throws AppError `group_full`, `client_id_reused`, `unavailable`.
 */
export const createMessageGroup = defineAccessPattern(
  {
    question: `A group of at most ${MESSAGE_GROUP_MAX_MEMBERS} members, all memberships or none`,
    key: "the keys of sendMessage; pk = GRP#{user_uuid}, sk = {message_group_uuid} for each member",
    cost: "2n RU and at most 4n + 4 WU",
    actions: { table: ["PutItem"] },
    uses: { findRepeatedChange, listBlocks, hideInGroups },
  },
  async (
    table: SendingTable,
    input: {
      /** New, and not the uuid of a pair. */
      message_group_uuid: string;
      members: readonly Member[];
      /** By the uuid of a member: where being in the group is a request until they accept it. */
      requests?: ReadonlyMap<string, RequestFolder>;
      name?: string | null | undefined;
      client_id: string;
    },
  ): Promise<StoredMessage> => {
    const { message_group_uuid, name = null, client_id } = input;
    const [creator] = input.members;
    const uuids = [...new Set(input.members.map(({ user_uuid }) => user_uuid))];
    if (creator === undefined) throw new AppError("invalid_input");
    if (uuids.length > MESSAGE_GROUP_MAX_MEMBERS) throw new AppError("group_full");
    const joining = { joining: uuids, members: [] };
    const hides = await findHiddenSenders(table, joining);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const op = { user_uuid: creator.user_uuid, op_id: client_id };
      const repeated = await findRepeatedChange(table, op);
      if (repeated !== null) return repeated;
      const message_uuid = table.mintMessageUuid();
      const place = { message_group_uuid, message_uuid, member_count: uuids.length };
      const message: StoredMessage = {
        ...toMessage({ sender: creator, client_id, message: name ?? "" }, place),
        system_kind: "created",
        subjects: uuids.slice(1),
        projected: true,
      };
      // Those who join at once are in the order of their uuids, as every later change reads them.
      const members = uuids.toSorted().map((user_uuid): GroupMember => {
        const role = user_uuid === creator.user_uuid ? "owner" : "member";
        return {
          ...{ user_uuid, role, joined_at: message.created_at, joined_after: null, before: null },
          requested: input.requests?.get(user_uuid),
          hides: hides.get(user_uuid) ?? [],
        };
      });
      if (await writeGroupState(table, { message, name, members, removed: [] })) {
        await settleHiddenSenders(table, joining, hides);
        return message;
      }
      await backOff(attempt);
    }
    throw unavailable();
  },
);
