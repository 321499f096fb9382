import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { type MessageUuidFactory, messageCreatedAt, messageUuidMs } from "@cruddur/contract/ids";
import type { Item } from "../attributes.ts";
import { isConditionFailure, itemOfFailure, run, type Table, unavailable } from "../client.ts";
import { fromMessageItem, fromSendClaimItem, toMessageItem, toSendClaimItem } from "../items.ts";
import { SEND_CLAIM_TTL_DAYS } from "../table.ts";
import type { Membership, SendInput, StoredMessage } from "../types.ts";

/** A row further ahead than this is another server's broken clock, and isn't followed. */
const MAX_LEAD_MS = 60_000;

export interface Sending extends Table {
  now: () => number;
  mintMessageUuid: MessageUuidFactory;
}

/** Pattern C: claim, then put. 2 write units, and safe to repeat from any point, on any server. */
export async function sendMessage(
  table: Sending,
  input: SendInput & { membership: Membership },
): Promise<StoredMessage> {
  const { message_group_uuid, member_count, last_message } = input.membership;
  const message_uuid = await claimMessageUuid(table, {
    ...input,
    message_group_uuid,
    notBeforeMs: last_message === null ? 0 : messageUuidMs(last_message.uuid) + 1,
  });
  return putMessage(table, toMessage(input, { message_group_uuid, message_uuid, member_count }));
}

/**
 * Reserves the message's place under the sender's `client_id`; a repeat gets the place first
 * reserved, even past the claim's expiry while it is still there.
 * Throws AppError `client_id_reused` when the draft went to another group.
 */
export async function claimMessageUuid(
  table: Sending,
  input: SendInput & { message_group_uuid: string; notBeforeMs: number },
): Promise<string> {
  const nowMs = table.now();
  const message_uuid = table.mintMessageUuid({
    // A reply sorts after what it answers even when this server's clock runs behind.
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

/** @returns what has the item's place, or null: the item has it now. */
async function putUnlessTaken({ client, tableName }: Table, Item: Item): Promise<Item | null> {
  try {
    await run(() =>
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

export function toMessage(
  { sender, client_id, message, traceparent }: SendInput,
  place: { message_group_uuid: string; message_uuid: string; member_count: number },
): StoredMessage {
  const { message_group_uuid, message_uuid, member_count } = place;
  return {
    uuid: message_uuid,
    message_group_uuid,
    client_id: client_id.toLowerCase(),
    user_uuid: sender.user_uuid,
    display_name: sender.display_name,
    handle: sender.handle,
    message,
    created_at: messageCreatedAt(message_uuid),
    member_count,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
