import { PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import {
  FIRST_MESSAGE_UUID,
  hiddenMessagePk,
  hiddenMessageSk,
  LAST_MESSAGE_UUID,
  messageSk,
  parseHiddenMessageSk,
} from "../keys.ts";
import { parseItems, queryItems } from "../read-items.ts";
import { callTable } from "../retries.ts";
import type { MembershipId, StoredMessage } from "../types.ts";
import { getMessage } from "./get-message.ts";
import { updateIf } from "./membership-writes.ts";

/**
 * Hides a message from one member, who no longer sees it anywhere; nobody else notices. The
 * membership says which hidden message is the newest, so that reads look for hidden messages only
 * where there are some. It is written first: a hide that ends halfway has no effect, and can be
 * repeated. Throws AppError `message_not_found`, `not_a_member`, `unavailable`.
 * @returns the message
 */
export const hideMessage = defineAccessPattern(
  {
    question: "A message that one member no longer sees",
    key: "pk = HID#{user_uuid}, sk = {message_group_uuid}#{created_at}#{message_uuid}; pk = GRP#{user_uuid}, sk = {message_group_uuid}",
    cost: "1 RU and 3 WU",
    actions: { table: ["PutItem", "UpdateItem"] },
    uses: { getMessage },
  },
  async (table: Table, input: MembershipId & { message_uuid: string }): Promise<StoredMessage> => {
    const message = await getMessage(table, input);
    if (message === null) throw new AppError("message_not_found");
    const { user_uuid, message_group_uuid } = input;
    const outcome = await updateIf(table, input, {
      set: ["newest_hidden_at = :sk"],
      condition:
        "attribute_exists(pk) AND (attribute_not_exists(newest_hidden_at) OR newest_hidden_at < :sk)",
      values: { ":sk": { S: messageSk(message.uuid) } },
    });
    if (outcome.item === undefined) throw new AppError("not_a_member");
    const Item = {
      pk: { S: hiddenMessagePk(user_uuid) },
      sk: { S: hiddenMessageSk(message_group_uuid, message.uuid) },
    };
    const put = new PutItemCommand({ TableName: table.tableName, Item });
    await callTable(() => table.client.send(put));
    return message;
  },
);

/**
 * The messages that a member has hidden, from one message to another, both included: uuids in the
 * order of the conversation. Ranges are as long as a page, so one Query reads them.
 */
export const listHiddenMessages = defineAccessPattern(
  {
    question: "Which messages of a range has a member hidden?",
    key: "pk = HID#{user_uuid}, sk between {message_group_uuid}#{created_at}#{message_uuid} twice",
    order: "oldest first",
    cost: "one Query, 1 RU, strongly consistent; only where the membership says that there are some",
    actions: { table: ["Query"] },
  },
  async (
    table: Table,
    input: MembershipId & { from: string; until: string },
  ): Promise<string[]> => {
    const { user_uuid, message_group_uuid, from, until } = input;
    const { Items = [] } = await callTable(() =>
      table.client.send(
        new QueryCommand({
          TableName: table.tableName,
          KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :until",
          ExpressionAttributeValues: {
            ":pk": { S: hiddenMessagePk(user_uuid) },
            ":from": { S: hiddenMessageSk(message_group_uuid, from) },
            ":until": { S: hiddenMessageSk(message_group_uuid, until) },
          },
          ConsistentRead: true,
        }),
      ),
    );
    return parseItems(table, Items, ({ sk }) => parseHiddenMessageSk(sk?.S ?? ""));
  },
);

/**
 * uuid of the newest message of a message group that a person has hidden, also while they were not a
 * member; undefined without one. Strongly consistent.
 */
export const findNewestHidden = defineAccessPattern(
  {
    question: "Which is the newest message that a person has hidden in a message group?",
    key: "pk = HID#{user_uuid}, sk between {message_group_uuid}#{created_at}#{message_uuid} twice",
    order: "newest first",
    cost: "one Query, 1 RU, strongly consistent; for each person with whom history is shared",
    actions: { table: ["Query"] },
  },
  async (
    table: Table,
    { user_uuid, message_group_uuid }: MembershipId,
  ): Promise<string | undefined> => {
    const query = {
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :until",
      ExpressionAttributeValues: {
        ":pk": { S: hiddenMessagePk(user_uuid) },
        ":from": { S: hiddenMessageSk(message_group_uuid, FIRST_MESSAGE_UUID) },
        ":until": { S: hiddenMessageSk(message_group_uuid, LAST_MESSAGE_UUID) },
      },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    };
    const parse = ({ sk }: Item) => parseHiddenMessageSk(sk?.S ?? "");
    return (await queryItems(table, query, parse)).items[0];
  },
);
