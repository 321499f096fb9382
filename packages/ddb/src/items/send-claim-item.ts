import * as keys from "../keys.ts";
import { defineAttributes, type Item } from "./attributes.ts";

/** Which place the first attempt of a send reserved for its message. */
export interface SendClaim {
  user_uuid: string;
  client_id: string;
  message_group_uuid: string;
  message_uuid: string;
  expiresAtSeconds: number;
}

export const sendClaimAttributes = defineAttributes<{
  message_pk: string;
  message_sk: string;
  expires_at: number;
}>({
  message_pk: { type: "S", holds: "Partition key of the message." },
  message_sk: { type: "S", holds: "Sort key of the message." },
  expires_at: { type: "N", holds: "When DynamoDB may delete the item, seconds since the epoch." },
});

export function toSendClaimItem(claim: SendClaim): Item {
  return {
    ...sendClaimKey(claim.user_uuid, claim.client_id),
    ...sendClaimAttributes.write({
      message_pk: keys.messagePk(claim.message_group_uuid),
      message_sk: keys.messageSk(claim.message_uuid),
      expires_at: claim.expiresAtSeconds,
    }),
  };
}

export function sendClaimKey(user_uuid: string, client_id: string): Item {
  return { pk: { S: keys.sendClaimPk(user_uuid) }, sk: { S: keys.sendClaimSk(client_id) } };
}

/** Throws CorruptItemError or KeyError. */
export function fromSendClaimItem(
  item: Item,
): Pick<SendClaim, "message_group_uuid" | "message_uuid"> {
  const { message_pk, message_sk } = sendClaimAttributes.read(item);
  return {
    message_group_uuid: keys.parseMessagePk(message_pk),
    message_uuid: keys.parseMessageSk(message_sk).message_uuid,
  };
}
