import { type TransactWriteItem, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { MESSAGE_GROUP_MAX_MEMBERS } from "@cruddur/contract/limits";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import {
  fromMembershipItem,
  membershipKey,
  revisionOf,
  shownRevisionOf,
} from "../items/membership-item.ts";
import { backOff, callTable, isConditionFailure, unavailable } from "../retries.ts";
import type { Member } from "../types.ts";
import { putMembership } from "./create-message-group.ts";
import { getMembership, getMembershipItem, listMemberUuids } from "./memberships.ts";

/** Enough for the index to catch up with a change that was made just before. */
const ATTEMPTS = 10;

/**
 * Adds a member, who has read the newest message, and raises `member_count` on every membership, in
 * one transaction. Does nothing for someone who is a member already. Throws AppError
 * `invalid_input` for a full message group or a pair's, `not_a_member` when there is no such
 * message group, `unavailable`.
 */
export const addMember = defineAccessPattern(
  {
    question: "One more member, counted on every membership",
    key: "message_group_uuid; pk = GRP#{user_uuid}, sk = {message_group_uuid} for each member",
    cost: "one transaction of n + 1 items",
    actions: { table: ["PutItem", "UpdateItem"] },
    uses: { getMembership, listMemberUuids },
  },
  async (
    table: Table,
    { message_group_uuid, member }: { message_group_uuid: string; member: Member },
  ): Promise<void> => {
    await changeMembers(table, message_group_uuid, member.user_uuid, async (uuids, isMember) => {
      if (isMember) return null;
      // The member has just left: the index still shows a membership that is gone.
      if (uuids.includes(member.user_uuid)) return "stale";
      if (uuids.length >= MESSAGE_GROUP_MAX_MEMBERS) throw new AppError("invalid_input");
      const [sponsor] = uuids;
      if (sponsor === undefined) return "stale";
      const item = await getMembershipItem(table, { user_uuid: sponsor, message_group_uuid });
      if (item === undefined) return "stale";
      const { other, last_message } = fromMembershipItem(item);
      const joined = putMembership(table.tableName, {
        user_uuid: member.user_uuid,
        message_group_uuid,
        other,
        member_count: uuids.length + 1,
        // Its revision goes with the preview, so that an older state doesn't replace it.
        last_message: last_message && { ...last_message, revision: shownRevisionOf(item) },
      });
      const counted = uuids.map((uuid) =>
        // The copied preview must still be the sponsor's when the new membership is made.
        countMembers(table.tableName, message_group_uuid, uuid, uuids.length, uuids.length + 1, {
          ...(uuid === sponsor ? { revision: revisionOf(item) } : {}),
        }),
      );
      return [...counted, joined];
    });
  },
);

/**
 * Removes a member and lowers `member_count` on the other memberships, in one transaction. Does
 * nothing for someone who isn't a member. Throws AppError `invalid_input` for a pair, which nobody
 * can leave, `unavailable`.
 */
export const removeMember = defineAccessPattern(
  {
    question: "One member fewer, counted on every other membership",
    key: "message_group_uuid; pk = GRP#{user_uuid}, sk = {message_group_uuid} for each member",
    cost: "one transaction of n items",
    actions: { table: ["DeleteItem", "UpdateItem"] },
    uses: { getMembership, listMemberUuids },
  },
  async (
    table: Table,
    { message_group_uuid, user_uuid }: { message_group_uuid: string; user_uuid: string },
  ): Promise<void> => {
    await changeMembers(table, message_group_uuid, user_uuid, async (uuids, isMember) => {
      if (!isMember) return null;
      if (!uuids.includes(user_uuid)) return "stale";
      const others = uuids.filter((uuid) => uuid !== user_uuid);
      return [
        {
          Delete: {
            TableName: table.tableName,
            Key: membershipKey(user_uuid, message_group_uuid),
            ConditionExpression: "member_count = :from",
            ExpressionAttributeValues: { ":from": { N: String(uuids.length) } },
          },
        },
        ...others.map((uuid) =>
          countMembers(table.tableName, message_group_uuid, uuid, uuids.length, others.length),
        ),
      ];
    });
  },
);

/**
 * Plans and runs one transaction. The index may be stale, but a transaction in which each of n
 * memberships still counts n members can only succeed when they are all the members there are;
 * otherwise it is planned again.
 */
async function changeMembers(
  table: Table,
  message_group_uuid: string,
  user_uuid: string,
  plan: (uuids: string[], isMember: boolean) => Promise<TransactWriteItem[] | "stale" | null>,
): Promise<void> {
  let isKnown = false;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const [uuids, membership] = await Promise.all([
      listMemberUuids(table, { message_group_uuid }),
      getMembership(table, { user_uuid, message_group_uuid }),
    ]);
    isKnown ||= uuids.length > 0;
    if (isPair(message_group_uuid, uuids)) throw new AppError("invalid_input");
    const TransactItems = await plan(uuids, membership !== null);
    if (TransactItems === null) return;
    try {
      if (TransactItems !== "stale") {
        await callTable(() => table.client.send(new TransactWriteItemsCommand({ TransactItems })));
        return;
      }
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
    await backOff(attempt);
  }
  // An index that showed no member in all that time isn't just behind: there is no such message group.
  throw isKnown ? unavailable() : new AppError("not_a_member");
}

function isPair(message_group_uuid: string, [a, b, ...rest]: string[]): boolean {
  if (a === undefined || b === undefined || rest.length > 0) return false;
  return derivePairGroupUuid(a, b) === message_group_uuid.toLowerCase();
}

function countMembers(
  tableName: string,
  message_group_uuid: string,
  user_uuid: string,
  from: number,
  to: number,
  { revision }: { revision?: number } = {},
): TransactWriteItem {
  return {
    Update: {
      TableName: tableName,
      Key: membershipKey(user_uuid, message_group_uuid),
      UpdateExpression: "SET member_count = :to",
      ConditionExpression: `member_count = :from${revision === undefined ? "" : " AND revision = :revision"}`,
      ExpressionAttributeValues: {
        ":from": { N: String(from) },
        ":to": { N: String(to) },
        ...(revision === undefined ? {} : { ":revision": { N: String(revision) } }),
      },
    },
  };
}
