import { TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { toMembershipItem } from "../items/membership-item.ts";
import { toMessageItem } from "../items/message-item.ts";
import { callTable, isConditionFailure, unavailable } from "../retries.ts";
import type { Member, StoredMessage, StoreSendInput } from "../types.ts";
import { getMembership } from "./memberships.ts";
import {
  claimMessageUuid,
  putMessage,
  type SendingTable,
  sendMessage,
  toMessage,
} from "./send-message.ts";

/**
 * Sends into the one message group of a pair. When it doesn't exist, one transaction makes both
 * memberships together with the message. Throws AppError `user_receiver_is_self`,
 * `client_id_reused`, `unavailable`.
 */
export const sendToPerson = defineAccessPattern(
  {
    question: "A message to a person; the pair's message group is made with its first message",
    key: "the keys of sendMessage; pk = GRP#{user_uuid}, sk = {message_group_uuid} for both",
    cost: "1 RU and at most 4n + 4 WU",
    actions: { table: ["PutItem"] },
    uses: { getMembership, sendMessage },
  },
  async (
    table: SendingTable,
    { receiver, ...input }: StoreSendInput & { receiver: Member },
  ): Promise<StoredMessage> => {
    const { sender } = input;
    if (sender.user_uuid === receiver.user_uuid) throw new AppError("user_receiver_is_self");
    const message_group_uuid = derivePairGroupUuid(sender.user_uuid, receiver.user_uuid);
    const id = { user_uuid: sender.user_uuid, message_group_uuid };
    const membership = await getMembership(table, id);
    if (membership !== null) return sendMessage(table, { ...input, membership });

    const message_uuid = await claimMessageUuid(table, {
      ...input,
      message_group_uuid,
      notBeforeMs: 0,
    });
    const message = toMessage(input, { message_group_uuid, message_uuid, member_count: 2 });
    try {
      return await createPair(table, message, sender, receiver);
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      // The other person wrote first, or an earlier attempt of this send succeeded.
      const existing = await getMembership(table, id);
      if (existing === null) throw unavailable(error);
      return putMessage(table, { ...message, member_count: existing.member_count });
    }
  },
);

async function createPair(
  { client, tableName }: Table,
  message: StoredMessage,
  sender: Member,
  receiver: Member,
): Promise<StoredMessage> {
  const { message_group_uuid, member_count } = message;
  // The stream has nothing to do for this message, so its trace ends here.
  const { traceparent: _traceparent, ...untraced } = message;
  const stored: StoredMessage = { ...untraced, projected: true };
  const shared = {
    message_group_uuid,
    member_count,
    read_message_uuid: null,
    last_message: stored,
  };
  const items = [
    toMembershipItem({ ...shared, user_uuid: sender.user_uuid, other: receiver, unread_count: 0 }),
    toMembershipItem({ ...shared, user_uuid: receiver.user_uuid, other: sender, unread_count: 1 }),
    toMessageItem(stored),
  ];
  await callTable(() =>
    client.send(
      new TransactWriteItemsCommand({
        TransactItems: items.map((Item) => ({
          Put: { TableName: tableName, Item, ConditionExpression: "attribute_not_exists(pk)" },
        })),
      }),
    ),
  );
  return stored;
}
