import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { fromMembershipItem } from "../items/membership-item.ts";
import { membershipPk, membershipSk } from "../keys.ts";
import { queryPage } from "../read-items.ts";
import type { Membership } from "../types.ts";

/**
 * Every membership of a person, in whichever folder and also without a message, in the order of the
 * message groups' uuids. That order never changes, so a list that was cut off goes on where it was.
 */
export const listMemberships = defineAccessPattern(
  {
    question: "Which conversations does a person have, in an order that never changes?",
    key: "pk = GRP#{user_uuid}, sk > {message_group_uuid}",
    order: "by the message group's uuid",
    cost: "one Query, 20 memberships 3 RU, strongly consistent; before an export and an erasure",
    actions: { table: ["Query"] },
  },
  async (
    table: Table,
    input: {
      user_uuid: string;
      limit: number;
      /** The message group of the last membership of the page before. */
      after?: string | undefined;
      /** Or the message group to start with. */
      from?: string | undefined;
    },
  ): Promise<{ items: Membership[]; next: string | null }> => {
    const { user_uuid, limit, after, from } = input;
    const border = from ?? after;
    const query = {
      KeyConditionExpression: `pk = :pk AND sk ${from === undefined ? ">" : ">="} :border`,
      ExpressionAttributeValues: {
        ":pk": { S: membershipPk(user_uuid) },
        ":border": { S: border === undefined ? " " : membershipSk(border) },
      },
      ConsistentRead: true,
    };
    const { items, next } = await queryPage(table, query, limit, fromMembershipItem);
    return { items, next: next?.message_group_uuid ?? null };
  },
);
