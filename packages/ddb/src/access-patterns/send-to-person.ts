import { type TransactWriteItem, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { defineAccessPattern } from "../access-pattern.ts";
import { toMembershipItem } from "../items/membership-item.ts";
import { toMessageItem } from "../items/message-item.ts";
import { callTable, isConditionFailure, unavailable } from "../retries.ts";
import type { Member, Membership, RequestFolder, StoredMessage, StoreSendInput } from "../types.ts";
import { isBlocked, refuseIfBlocked } from "./block-person.ts";
import { getMembership } from "./memberships.ts";
import { claimWrites } from "./place-message.ts";
import { type SendingTable, withClaim } from "./send-claims.ts";
import { sendMessage, storeAsMember, toMessage } from "./send-message.ts";

/**
 * Sends into the one message group of a pair. When it doesn't exist, one transaction makes both
 * memberships together with the message, and the checks that neither has blocked the other.
 * Whether it exists and whether there is a block is read while the place of the message is claimed.
 * Throws AppError `user_receiver_is_self`, `cannot_message`, `client_id_reused`, `unavailable`, and
 * the others of `sendMessage`. A refused send leaves nothing behind.
 */
export const sendToPerson = defineAccessPattern(
  {
    question: "A message to a person; the pair's message group is made with its first message",
    key: "the keys of sendMessage; pk = GRP#{user_uuid}, sk = {message_group_uuid} for both",
    cost: "3 RU; with the first message at most 4n + 8 WU",
    actions: { table: ["ConditionCheckItem", "PutItem"] },
    uses: { getMembership, isBlocked, sendMessage },
  },
  async (
    table: SendingTable,
    {
      receiver,
      firstMessage = "accepted",
      membership: reading,
      ...input
    }: StoreSendInput & {
      receiver: Member;
      /** What becomes of a stranger's first message to the receiver; "accepted" by default. */
      firstMessage?: "accepted" | "refused" | RequestFolder;
      /** The sender's membership, where the caller is reading it; read here by default. */
      membership?: Promise<Membership | null>;
    },
  ): Promise<StoredMessage> => {
    const { sender, client_id } = input;
    const { user_uuid } = sender;
    if (user_uuid === receiver.user_uuid) throw new AppError("user_receiver_is_self");
    const message_group_uuid = derivePairGroupUuid(user_uuid, receiver.user_uuid);
    const id = { user_uuid, message_group_uuid };
    const people = { user_uuid, other_uuid: receiver.user_uuid };
    return withClaim(table, { ...id, client_id }, async (claiming) => {
      // Whatever the reason for a refusal, it takes the same reads.
      const [membership, blocked] = await Promise.all([
        reading ?? getMembership(table, id),
        isBlocked(table, people),
      ]);
      if (membership !== null) return storeAsMember(table, input, { membership, claiming });
      if (blocked || firstMessage === "refused") throw new AppError("cannot_message");
      const claim = await claiming;
      const { message_uuid } = claim;
      const message = toMessage(input, { message_group_uuid, message_uuid, member_count: 2 });
      const requested = firstMessage === "accepted" ? null : firstMessage;
      const claimed = claimWrites(table, message, { claim, to: message_uuid });
      try {
        return await createPair(table, message, { sender, receiver, requested, claimed });
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        // The other person wrote first, or an earlier attempt of this send succeeded.
        const existing = await getMembership(table, id);
        if (existing !== null) {
          return storeAsMember(table, input, { membership: existing, claiming });
        }
        throw (await isBlocked(table, people))
          ? new AppError("cannot_message")
          : unavailable(error);
      }
    });
  },
);

async function createPair(
  { client, tableName }: SendingTable,
  message: StoredMessage,
  pair: {
    sender: Member;
    receiver: Member;
    requested: RequestFolder | null;
    /** The check of the send claim, where another attempt may have changed it. */
    claimed: TransactWriteItem[];
  },
): Promise<StoredMessage> {
  const { sender, receiver, requested, claimed } = pair;
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
    toMembershipItem({
      ...shared,
      user_uuid: sender.user_uuid,
      other: receiver,
      unread_count: 0,
      request_messages: requested === null ? null : 1,
    }),
    toMembershipItem({
      ...shared,
      user_uuid: receiver.user_uuid,
      other: sender,
      unread_count: 1,
      folder: requested ?? "inbox",
      requested,
    }),
    toMessageItem(stored),
  ];
  await callTable(() =>
    client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          ...claimed,
          // Either person may block the other at this moment: the memberships would lack its flags.
          refuseIfBlocked(tableName, {
            blocker_uuid: receiver.user_uuid,
            blocked_uuid: sender.user_uuid,
          }),
          refuseIfBlocked(tableName, {
            blocker_uuid: sender.user_uuid,
            blocked_uuid: receiver.user_uuid,
          }),
          ...items.map((Item) => ({
            Put: { TableName: tableName, Item, ConditionExpression: "attribute_not_exists(pk)" },
          })),
        ],
      }),
    ),
  );
  return stored;
}
