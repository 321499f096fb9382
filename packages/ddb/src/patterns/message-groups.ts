import { type TransactWriteItem, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { MESSAGE_GROUP_MAX_MEMBERS, MESSAGE_GROUP_MIN_MEMBERS } from "@cruddur/contract/limits";
import { backOff, isConditionFailure, run, type Table, unavailable } from "../client.ts";
import { fromMembershipItem, membershipKey, revisionOf, toMembershipItem } from "../items.ts";
import type { Member, Membership } from "../types.ts";
import { getMembership, getMembershipItem, listMemberUuids } from "./memberships.ts";

/** Enough for the index to catch up with a change that came just before. */
const ATTEMPTS = 10;

/** A row for each of 2 to 100 members, all or nothing. Repeating it changes nothing. */
export async function createMessageGroup(
  { client, tableName }: Table,
  { message_group_uuid, members }: { message_group_uuid: string; members: Member[] },
): Promise<void> {
  const distinct = [...new Map(members.map((member) => [member.user_uuid, member])).values()];
  if (distinct.length < MESSAGE_GROUP_MIN_MEMBERS || distinct.length > MESSAGE_GROUP_MAX_MEMBERS) {
    throw new AppError("invalid_input");
  }
  const TransactItems = distinct.map(({ user_uuid }, index): TransactWriteItem => {
    const other = distinct[(index + 1) % distinct.length] as Member;
    return putMembership(tableName, {
      user_uuid,
      message_group_uuid,
      other,
      member_count: distinct.length,
      last_message: null,
    });
  });
  try {
    await run(() => client.send(new TransactWriteItemsCommand({ TransactItems })));
  } catch (error) {
    // Rows appear all at once and group uuids are never reused: a row there means all of it was made.
    if (!isConditionFailure(error)) throw error;
  }
}

/**
 * Adds a member who sees the newest message as read, and raises `member_count` on every row, in
 * one transaction. Already a member: nothing changes. Throws AppError `invalid_input` for a full
 * group or a pair's, `not_a_member` when there is no such group.
 */
export async function addMember(
  table: Table,
  { message_group_uuid, member }: { message_group_uuid: string; member: Member },
): Promise<void> {
  await changeMembers(table, message_group_uuid, member.user_uuid, async (uuids, isMember) => {
    if (isMember) return null;
    // Has just left: the index still shows a row that is gone.
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
      last_message,
    });
    const counted = uuids.map((uuid) =>
      // The copied summary must still be the sponsor's when the row appears.
      countMembers(table.tableName, message_group_uuid, uuid, uuids.length, uuids.length + 1, {
        ...(uuid === sponsor ? { revision: revisionOf(item) } : {}),
      }),
    );
    return [...counted, joined];
  });
}

/**
 * Removes a member and lowers `member_count` on the other rows, in one transaction. Not a member:
 * nothing changes. Throws AppError `invalid_input` for a pair, whose conversation nobody leaves.
 */
export async function removeMember(
  table: Table,
  { message_group_uuid, user_uuid }: { message_group_uuid: string; user_uuid: string },
): Promise<void> {
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
}

/**
 * The index may be stale, but a transaction in which each of its n rows still counts n members can
 * only succeed when these are the members; otherwise it is planned again.
 */
async function changeMembers(
  table: Table,
  message_group_uuid: string,
  user_uuid: string,
  plan: (uuids: string[], isMember: boolean) => Promise<TransactWriteItem[] | "stale" | null>,
): Promise<void> {
  let isKnown = false;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const [uuids, row] = await Promise.all([
      listMemberUuids(table, { message_group_uuid }),
      getMembership(table, { user_uuid, message_group_uuid }),
    ]);
    isKnown ||= uuids.length > 0;
    if (isPair(message_group_uuid, uuids)) throw new AppError("invalid_input");
    const TransactItems = await plan(uuids, row !== null);
    if (TransactItems === null) return;
    try {
      if (TransactItems !== "stale") {
        await run(() => table.client.send(new TransactWriteItemsCommand({ TransactItems })));
        return;
      }
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
    await backOff(attempt);
  }
  // An index that never showed a row is no longer just behind: there is no such group.
  throw isKnown ? unavailable() : new AppError("not_a_member");
}

function isPair(message_group_uuid: string, [a, b, ...rest]: string[]): boolean {
  if (a === undefined || b === undefined || rest.length > 0) return false;
  return derivePairGroupUuid(a, b) === message_group_uuid.toLowerCase();
}

/** A membership that has read the newest message. */
function putMembership(
  tableName: string,
  membership: Omit<Membership, "read_message_uuid" | "unread_count">,
): TransactWriteItem {
  const read_message_uuid = membership.last_message?.uuid ?? null;
  return {
    Put: {
      TableName: tableName,
      Item: toMembershipItem({ ...membership, read_message_uuid, unread_count: 0 }),
      ConditionExpression: "attribute_not_exists(pk)",
    },
  };
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
