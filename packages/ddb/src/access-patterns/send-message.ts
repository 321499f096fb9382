import { AppError } from "@cruddur/contract/errors";
import { messageCreatedAt } from "@cruddur/contract/ids";
import { REQUEST_MAX_MESSAGES } from "@cruddur/contract/limits";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { membershipKey } from "../items/membership-item.ts";
import { SEND_CLAIM_TTL_DAYS } from "../table.ts";
import type { Membership, StoredMessage, StoreSendInput } from "../types.ts";
import { acceptRequest } from "./accept-request.ts";
import { getMessage } from "./get-message.ts";
import { getMembership } from "./memberships.ts";
import { type Companion, placeMessage } from "./place-message.ts";
import { type Claim, type SendingTable, withClaim } from "./send-claims.ts";

/** What the access check of a send comes to. */
export interface SendPermission {
  /** The sender's. */
  membership: Membership;
  mentions?: StoreSendInput["mentions"];
}

/** A permission that was given already, or one that is on its way while the send claims its place. */
type SendTarget =
  | SendPermission
  | { message_group_uuid: string; permission: Promise<SendPermission> };

/**
 * Claims a place for the message, then stores it there. Safe to repeat from any point and on any
 * server: a repeated `client_id` returns the message that was stored first. A reply can answer a
 * deleted message, which may have been deleted while the reply was on its way.
 * Answering a stranger's request accepts it.
 * Throws what `permission` rejects with before anything else, and AppError `message_not_found` for a
 * reply to none, `cannot_message` where either person of a pair has blocked the other,
 * `request_limit_reached`, `client_id_reused`, `unavailable`. A refused send leaves nothing behind.
 */
export const sendMessage = defineAccessPattern(
  {
    question: "A message to a message group, stored once however often it is sent",
    key: "pk = CLM#{user_uuid}, sk = {client_id}; pk = MSG#{message_group_uuid}, sk = {created_at}#{message_uuid}",
    cost: `2 WU; a reply 1 RU more; until a request is accepted 5 WU; answering one 4 WU more; a refused one 5 WU; the send claim expires after ${SEND_CLAIM_TTL_DAYS} days`,
    actions: {
      table: ["ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "UpdateItem"],
    },
    uses: { getMessage, getMembership, acceptRequest },
  },
  (table: SendingTable, input: StoreSendInput & SendTarget): Promise<StoredMessage> => {
    const { message_group_uuid, permission, draft } = splitTarget(input);
    const { sender, client_id, reply_to } = draft;
    const { user_uuid } = sender;
    return withClaim(table, { user_uuid, client_id, message_group_uuid }, async (claiming) => {
      const answering = requireAnswered(table, { message_group_uuid, reply_to });
      answering.catch(() => {});
      const { membership, mentions } = await permission;
      return storeAsMember(table, { ...draft, mentions }, { membership, claiming, answering });
    });
  },
);

function splitTarget(input: StoreSendInput & SendTarget) {
  if ("permission" in input) {
    const { message_group_uuid, permission, ...draft } = input;
    return { message_group_uuid, permission, draft };
  }
  const { membership, ...draft } = input;
  const { message_group_uuid } = membership;
  const permission: SendPermission = { membership, mentions: draft.mentions };
  return { message_group_uuid, permission, draft };
}

/** Throws AppError `message_not_found` when a reply answers no message. */
async function requireAnswered(
  table: Table,
  { message_group_uuid, reply_to }: { message_group_uuid: string; reply_to: string | undefined },
): Promise<void> {
  if (reply_to === undefined) return;
  const answered = await getMessage(table, { message_group_uuid, message_uuid: reply_to });
  if (answered === null) throw new AppError("message_not_found");
}

/** Stores a message of a sender whose membership is known, unless the membership refuses it. */
export async function storeAsMember(
  table: SendingTable,
  input: StoreSendInput,
  {
    membership,
    claiming,
    answering = requireAnswered(table, { ...membership, reply_to: input.reply_to }),
  }: { membership: Membership; claiming: Promise<Claim>; answering?: Promise<void> },
): Promise<StoredMessage> {
  const { message_group_uuid, member_count, last_message } = membership;
  if (membership.blocked || membership.refused) {
    return requireSent(table, message_group_uuid, await claiming);
  }
  await answering;
  const claim = await claiming;
  const messageAt = (message_uuid: string) =>
    toMessage(input, { message_group_uuid, message_uuid, member_count });
  const companion =
    membership.request_messages === null ? undefined : requestCounter(table, membership);
  if (membership.requested !== null) await acceptRequest(table, membership);
  return placeMessage(table, { claim, newest_uuid: last_message?.uuid, messageAt, companion });
}

/**
 * The answer to a repeated send whose message was stored before a block. Throws AppError
 * `cannot_message` when there is none.
 */
async function requireSent(
  table: Table,
  message_group_uuid: string,
  { message_uuid, isOwn }: Claim,
): Promise<StoredMessage> {
  const sent = isOwn ? null : await getMessage(table, { message_group_uuid, message_uuid });
  if (sent === null) throw new AppError("cannot_message");
  return sent;
}

/**
 * Counts a message to a person who hasn't accepted yet, in the transaction that stores it, so that a
 * message which is stored already isn't counted again.
 */
function requestCounter(table: Table, { user_uuid, message_group_uuid }: Membership): Companion {
  return {
    write: {
      Update: {
        TableName: table.tableName,
        Key: membershipKey(user_uuid, message_group_uuid),
        UpdateExpression: "ADD request_messages :one",
        ConditionExpression: "request_messages < :max AND attribute_not_exists(refused)",
        ExpressionAttributeValues: {
          ":one": { N: "1" },
          ":max": { N: String(REQUEST_MAX_MESSAGES) },
        },
      },
    },
    async isStillNeeded() {
      const membership = await getMembership(table, { user_uuid, message_group_uuid });
      if (membership === null) throw new AppError("not_a_member");
      if (membership.refused) throw new AppError("cannot_message");
      const { request_messages } = membership;
      if (request_messages === null) return false;
      if (request_messages >= REQUEST_MAX_MESSAGES) throw new AppError("request_limit_reached");
      return true;
    },
  };
}

/** The message as it will be stored in its place. */
export function toMessage(
  { sender, client_id, message, mentions, reply_to, traceparent }: StoreSendInput,
  place: { message_group_uuid: string; message_uuid: string; member_count: number },
): StoredMessage {
  const stored: StoredMessage = {
    uuid: place.message_uuid,
    message_group_uuid: place.message_group_uuid,
    client_id: client_id.toLowerCase(),
    user_uuid: sender.user_uuid,
    display_name: sender.display_name,
    handle: sender.handle,
    message,
    created_at: messageCreatedAt(place.message_uuid),
    member_count: place.member_count,
  };
  if (mentions !== undefined) stored.mentions = mentions;
  if (reply_to !== undefined) stored.reply_to = reply_to.toLowerCase();
  if (traceparent !== undefined) stored.traceparent = traceparent;
  return stored;
}
