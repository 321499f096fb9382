import {
  GetItemCommand,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { type MessageUuidFactory, messageCreatedAt, messageUuidMs } from "@cruddur/contract/ids";
import { REQUEST_MAX_MESSAGES } from "@cruddur/contract/limits";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { membershipKey } from "../items/membership-item.ts";
import { fromMessageItem, toMessageItem } from "../items/message-item.ts";
import { fromSendClaimItem, sendClaimKey, toSendClaimItem } from "../items/send-claim-item.ts";
import { callTable, isConditionFailure, itemOfFailure, unavailable } from "../retries.ts";
import { SEND_CLAIM_TTL_DAYS } from "../table.ts";
import type { Membership, StoredMessage, StoreSendInput } from "../types.ts";
import { acceptRequest } from "./accept-request.ts";
import { getMessage } from "./get-message.ts";
import { getMembership } from "./memberships.ts";

/** A newest message further ahead than this is the work of a server whose clock is wrong. */
export const MAX_LEAD_MS = 60_000;

/** What sending needs besides the table. */
export interface SendingTable extends Table {
  /** Clock in ms since the epoch. */
  now: () => number;
  mintMessageUuid: MessageUuidFactory;
}

/**
 * Claims a place for the message, then stores it there. Safe to repeat from any point and on any
 * server: a repeated `client_id` returns the message that was stored first. A reply can answer a
 * deleted message, which may have been deleted while the reply was on its way.
 * Answering a stranger's request accepts it.
 * Throws AppError `message_not_found` for a reply to none, `cannot_message` where either person of a
 * pair has blocked the other, `request_limit_reached`, `client_id_reused`, `unavailable`.
 */
export const sendMessage = defineAccessPattern(
  {
    question: "A message to a message group, stored once however often it is sent",
    key: "pk = CLM#{user_uuid}, sk = {client_id}; pk = MSG#{message_group_uuid}, sk = {created_at}#{message_uuid}",
    cost: `2 WU; a reply 1 RU more; until a request is accepted 5 WU; answering one 4 WU more; the send claim expires after ${SEND_CLAIM_TTL_DAYS} days`,
    actions: { table: ["GetItem", "PutItem", "UpdateItem"] },
    uses: { getMessage, getMembership, acceptRequest },
  },
  async (
    table: SendingTable,
    {
      membership,
      ...input
    }: StoreSendInput & {
      /** The sender's, already read by the access check. */
      membership: Membership;
    },
  ): Promise<StoredMessage> => {
    const { message_group_uuid, member_count, last_message } = membership;
    const { reply_to } = input;
    if (membership.blocked || membership.refused) return findSent(table, input);
    if (reply_to !== undefined) {
      const answered = await getMessage(table, { message_group_uuid, message_uuid: reply_to });
      if (answered === null) throw new AppError("message_not_found");
    }
    const message_uuid = await claimMessageUuid(table, {
      ...input,
      message_group_uuid,
      notBeforeMs: last_message === null ? 0 : messageUuidMs(last_message.uuid) + 1,
    });
    const message = toMessage(input, { message_group_uuid, message_uuid, member_count });
    if (membership.request_messages !== null) return putRequestMessage(table, message);
    if (membership.requested !== null) await acceptRequest(table, membership);
    return putMessage(table, message);
  },
);

/**
 * The answer to a repeated send whose message was stored before a block. Throws AppError
 * `cannot_message` when there is none.
 */
export async function findSent(
  table: Table,
  { sender, client_id }: StoreSendInput,
): Promise<StoredMessage> {
  const { Item } = await callTable(() =>
    table.client.send(
      new GetItemCommand({
        TableName: table.tableName,
        Key: sendClaimKey(sender.user_uuid, client_id),
        ConsistentRead: true,
      }),
    ),
  );
  const sent = Item === undefined ? null : await getMessage(table, fromSendClaimItem(Item));
  if (sent === null) throw new AppError("cannot_message");
  return sent;
}

/**
 * Stores a message to a person who hasn't accepted yet, and counts it in the same transaction. A
 * message that is stored already isn't counted again.
 */
async function putRequestMessage(table: Table, message: StoredMessage): Promise<StoredMessage> {
  const { client, tableName: TableName } = table;
  const { user_uuid, message_group_uuid, uuid: message_uuid } = message;
  const TransactItems: TransactWriteItem[] = [
    {
      Put: {
        TableName,
        Item: toMessageItem(message),
        ConditionExpression: "attribute_not_exists(pk)",
      },
    },
    {
      Update: {
        TableName,
        Key: membershipKey(user_uuid, message_group_uuid),
        UpdateExpression: "ADD request_messages :one",
        ConditionExpression: "request_messages < :max AND attribute_not_exists(refused)",
        ExpressionAttributeValues: {
          ":one": { N: "1" },
          ":max": { N: String(REQUEST_MAX_MESSAGES) },
        },
      },
    },
  ];
  try {
    await callTable(() => client.send(new TransactWriteItemsCommand({ TransactItems })));
    return message;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
  const stored = await getMessage(table, { message_group_uuid, message_uuid });
  if (stored !== null) return stored;
  const membership = await getMembership(table, { user_uuid, message_group_uuid });
  if (membership === null) throw new AppError("not_a_member");
  if (membership.refused) throw new AppError("cannot_message");
  if (membership.request_messages === null) return putMessage(table, message);
  throw new AppError("request_limit_reached");
}

/**
 * Reserves the message's place under the sender's `client_id`. A repeat gets the place that was
 * reserved first, as long as the send claim is there, even after its expiry.
 * Throws AppError `client_id_reused` when the draft went to another message group.
 */
export async function claimMessageUuid(
  table: SendingTable,
  input: StoreSendInput & { message_group_uuid: string; notBeforeMs: number },
): Promise<string> {
  const nowMs = table.now();
  const message_uuid = table.mintMessageUuid({
    // An answer sorts after the message it answers, even when this server's clock is behind.
    notBeforeMs: input.notBeforeMs - nowMs > MAX_LEAD_MS ? 0 : input.notBeforeMs,
  });
  const Item = toSendClaimItem({
    user_uuid: input.sender.user_uuid,
    client_id: input.client_id,
    message_group_uuid: input.message_group_uuid,
    message_uuid,
    expiresAtSeconds: Math.floor(nowMs / 1000) + SEND_CLAIM_TTL_DAYS * 86_400,
  });
  const existing = await putUnlessTaken(table, Item);
  if (existing === null) return message_uuid;
  const claim = fromSendClaimItem(existing);
  if (claim.message_group_uuid !== input.message_group_uuid.toLowerCase()) {
    throw new AppError("client_id_reused");
  }
  return claim.message_uuid;
}

/** Stores the message unless its place is taken; returns what is stored there. */
export async function putMessage(table: Table, message: StoredMessage): Promise<StoredMessage> {
  const existing = await putUnlessTaken(table, toMessageItem(message));
  return existing === null ? message : fromMessageItem(existing);
}

/** @returns the item that was there before, or null when the new one has been written */
async function putUnlessTaken({ client, tableName }: Table, Item: Item): Promise<Item | null> {
  try {
    await callTable(() =>
      client.send(
        new PutItemCommand({
          TableName: tableName,
          Item,
          ConditionExpression: "attribute_not_exists(pk)",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      ),
    );
    return null;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    const existing = itemOfFailure(error);
    if (existing === undefined) throw unavailable(error);
    return existing;
  }
}

/** The message as it will be stored in its place. */
export function toMessage(
  { sender, client_id, reply_to, traceparent, ...content }: StoreSendInput,
  place: { message_group_uuid: string; message_uuid: string; member_count: number },
): StoredMessage {
  return {
    ...content,
    uuid: place.message_uuid,
    message_group_uuid: place.message_group_uuid,
    client_id: client_id.toLowerCase(),
    user_uuid: sender.user_uuid,
    display_name: sender.display_name,
    handle: sender.handle,
    created_at: messageCreatedAt(place.message_uuid),
    member_count: place.member_count,
    ...(reply_to === undefined ? {} : { reply_to: reply_to.toLowerCase() }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
