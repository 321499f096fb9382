import { type TransactWriteItem, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { MESSAGE_GROUP_MAX_MEMBERS } from "@cruddur/contract/limits";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { toMembershipItem } from "../items/membership-item.ts";
import { callTable, isConditionFailure } from "../retries.ts";
import type { Member } from "../types.ts";

/**
 * Makes a membership for each of 2 to 50 members, all or none, in no inbox until the first
 * message. Repeating it changes nothing. Throws AppError `invalid_input` for another number.
 */
export const createMessageGroup = defineAccessPattern(
  {
    question: "A message group of 2 to 50 members, all memberships or none",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid} for each member",
    cost: "at most 4n WU",
    actions: { table: ["PutItem"] },
  },
  async (
    { client, tableName }: Table,
    { message_group_uuid, members }: { message_group_uuid: string; members: Member[] },
  ): Promise<void> => {
    const distinct = [...new Map(members.map((member) => [member.user_uuid, member])).values()];
    if (distinct.length < 2 || distinct.length > MESSAGE_GROUP_MAX_MEMBERS) {
      throw new AppError("invalid_input");
    }
    const TransactItems = distinct.map(({ user_uuid }, index) => {
      const other = distinct[(index + 1) % distinct.length] as Member;
      const member_count = distinct.length;
      return putMembership(tableName, {
        user_uuid,
        message_group_uuid,
        other,
        member_count,
        last_message: null,
      });
    });
    try {
      await callTable(() => client.send(new TransactWriteItemsCommand({ TransactItems })));
    } catch (error) {
      // All memberships are made at once and message groups' uuids are never reused, so one that
      // exists means that all were made.
      if (!isConditionFailure(error)) throw error;
    }
  },
);

/** A new membership that has read the newest message. Fails when there is one already. */
export function putMembership(
  tableName: string,
  membership: Omit<Parameters<typeof toMembershipItem>[0], "read_message_uuid" | "unread_count">,
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
