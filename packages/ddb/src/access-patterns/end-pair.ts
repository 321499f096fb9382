import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { formerMembershipKey, membershipKey } from "../items/membership-item.ts";
import { planAndWrite } from "../transactions.ts";
import type { MembershipId } from "../types.ts";
import { updateOf } from "./membership-writes.ts";
import { getMembership } from "./memberships.ts";

/**
 * Takes a person who is being erased out of a pair. The other person keeps the conversation, alone
 * and without the names that their membership copied, and every further message is refused as if
 * they were blocked. Repeating it changes nothing. Throws AppError `unavailable`.
 */
export const endPair = defineAccessPattern(
  {
    question: "A pair without one of its two people",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid} for both; pk = FRM#{user_uuid}, sk = {message_group_uuid}",
    cost: "1 RU and at most 12 WU, for each pair of a person who is erased",
    actions: { table: ["DeleteItem", "PutItem", "UpdateItem"] },
    uses: { getMembership },
  },
  async (table: Table, id: MembershipId & { other_uuid: string }): Promise<void> => {
    const { tableName: TableName } = table;
    const { other_uuid, message_group_uuid } = id;
    const otherId = { user_uuid: other_uuid, message_group_uuid };
    await planAndWrite(table, async () => {
      const other = await getMembership(table, otherId);
      return [
        { Delete: { TableName, Key: membershipKey(id.user_uuid, message_group_uuid) } },
        { Put: { TableName, Item: formerMembershipKey(id) } },
        // Otherwise that person has been erased, too. Nobody makes a pair of which one half exists.
        ...(other === null ? [] : [leaveAlone(TableName, otherId)]),
      ];
    });
  },
);

function leaveAlone(
  TableName: string,
  { user_uuid, message_group_uuid }: MembershipId,
): TransactWriteItem {
  const { set, values } = updateOf({
    member_count: 1,
    refused: true,
    user_display_name: "",
    user_handle: "",
  });
  return {
    Update: {
      TableName,
      Key: membershipKey(user_uuid, message_group_uuid),
      UpdateExpression: `SET ${set.join(", ")}`,
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeValues: values,
    },
  };
}
