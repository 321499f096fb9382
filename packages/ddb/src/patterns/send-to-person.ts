import { TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { isConditionFailure, run, unavailable } from "../client.ts";
import { toMembershipItem, toMessageItem } from "../items.ts";
import type { Member, SendInput, StoredMessage } from "../types.ts";
import { getMembership } from "./memberships.ts";
import {
  claimMessageUuid,
  putMessage,
  type Sending,
  sendMessage,
  toMessage,
} from "./send-message.ts";

/**
 * Pattern D: sends into the pair's one group, making it with its first message, all or nothing.
 * Throws AppError `user_receiver_is_self`.
 */
export async function sendToPerson(
  table: Sending,
  input: SendInput & { receiver: Member },
): Promise<StoredMessage> {
  const { sender, receiver } = input;
  if (sender.user_uuid === receiver.user_uuid) throw new AppError("user_receiver_is_self");
  const message_group_uuid = derivePairGroupUuid(sender.user_uuid, receiver.user_uuid);
  const sendersMembership = { user_uuid: sender.user_uuid, message_group_uuid };
  const membership = await getMembership(table, sendersMembership);
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
    // The other side wrote first, or an earlier attempt of ours got through: send into its group.
    const existing = await getMembership(table, sendersMembership);
    if (existing === null) throw unavailable(error);
    const { member_count } = existing;
    return putMessage(table, { ...message, member_count });
  }
}

async function createPair(
  { client, tableName }: Sending,
  message: StoredMessage,
  sender: Member,
  receiver: Member,
): Promise<StoredMessage> {
  const { message_group_uuid, member_count } = message;
  // The stream has nothing to do for it, so its trace ends here.
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
  await run(() =>
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
