import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { keyOf } from "../items/attributes.ts";
import { formerMembershipPk, parseMembershipSk } from "../keys.ts";
import { queryItems } from "../read-items.ts";

/** uuids of message groups that a person is no longer a member of, in the order of the uuids. */
export const listFormerMessageGroups = defineAccessPattern(
  {
    question: "Where was a person once a member?",
    key: "pk = FRM#{user_uuid}",
    order: "by the message group's uuid",
    cost: "one Query, 20 message groups 1 RU, strongly consistent; before an erasure",
    actions: { table: ["Query"] },
  },
  async (table: Table, input: { user_uuid: string; limit: number }): Promise<string[]> => {
    const query = {
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: formerMembershipPk(input.user_uuid) } },
      ConsistentRead: true,
      Limit: input.limit,
    };
    const { items } = await queryItems(table, query, (item) =>
      parseMembershipSk(keyOf(item, "sk")),
    );
    return items;
  },
);
