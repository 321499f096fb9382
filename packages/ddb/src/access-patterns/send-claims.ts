import { PutItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { type MessageUuidFactory, messageUuidMs } from "@cruddur/contract/ids";
import type { Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { messageKey } from "../items/message-item.ts";
import { fromSendClaimItem, sendClaimKey, toSendClaimItem } from "../items/send-claim-item.ts";
import { messageSk } from "../keys.ts";
import { callTable, isConditionFailure, itemOfFailure, unavailable } from "../retries.ts";
import { SEND_CLAIM_TTL_DAYS } from "../table.ts";

/** A newest message further ahead than this is the work of a server whose clock is wrong. */
export const MAX_LEAD_MS = 60_000;

/** What sending needs besides the table. */
export interface SendingTable extends Table {
  /** Clock in ms since the epoch. */
  now: () => number;
  mintMessageUuid: MessageUuidFactory;
}

/** Whose draft is claimed, and for which message group. */
export interface ClaimedDraft {
  user_uuid: string;
  client_id: string;
  message_group_uuid: string;
}

/** The place of a message that its draft has reserved. */
export interface Claim {
  message_uuid: string;
  /** True for the one attempt that made the send claim. */
  isOwn: boolean;
}

/**
 * Reserves a place for the message of a draft. A repeat receives the place that was reserved first,
 * as long as the send claim is there, even after its expiry.
 * Throws AppError `client_id_reused` when the draft went to another message group, `unavailable`.
 */
export async function claimPlace(table: SendingTable, draft: ClaimedDraft): Promise<Claim> {
  const message_uuid = table.mintMessageUuid();
  const existing = await putUnlessTaken(
    table,
    toSendClaimItem({
      ...draft,
      message_uuid,
      expiresAtSeconds: Math.floor(table.now() / 1000) + SEND_CLAIM_TTL_DAYS * 86_400,
    }),
  );
  if (existing === null) return { message_uuid, isOwn: true };
  const claim = fromSendClaimItem(existing);
  if (claim.message_group_uuid !== draft.message_group_uuid.toLowerCase()) {
    throw new AppError("client_id_reused");
  }
  // A put that is tried again after its answer was lost finds what it has written itself.
  return { message_uuid: claim.message_uuid, isOwn: claim.message_uuid === message_uuid };
}

/**
 * Claims a place while `work` asks whether the draft may be sent. When `work` refuses, the place is
 * given back, so that nothing of a refused draft remains and a later attempt is placed at its own time.
 */
export async function withClaim<Result>(
  table: SendingTable,
  draft: ClaimedDraft,
  work: (claim: Promise<Claim>) => Promise<Result>,
): Promise<Result> {
  const claiming = claimPlace(table, draft);
  // What `work` finds decides first, whatever becomes of the claim.
  claiming.catch(() => {});
  try {
    return await work(claiming);
  } catch (error) {
    if (error instanceof AppError && error.code !== "unavailable") {
      await claiming.then((claim) => giveBack(table, draft, claim)).catch(() => {});
    }
    throw error;
  }
}

/** Deletes the claim that this attempt has made, unless a repeat has stored the message meanwhile. */
async function giveBack(
  { client, tableName: TableName }: Table,
  draft: ClaimedDraft,
  { message_uuid, isOwn }: Claim,
): Promise<void> {
  if (!isOwn) return;
  const TransactItems = [
    { Delete: { TableName, ...claimedAt(draft, message_uuid) } },
    { ConditionCheck: { TableName, ...noMessageAt(draft, message_uuid) } },
  ];
  await callTable(() => client.send(new TransactWriteItemsCommand({ TransactItems })));
}

/**
 * The earliest time of a message that comes after another one, also when this server's clock is
 * behind. A newest message of the far future is ignored.
 */
export function timeAfter(table: SendingTable, newest_uuid: string): number {
  const notBeforeMs = messageUuidMs(newest_uuid) + 1;
  return notBeforeMs - table.now() > MAX_LEAD_MS ? 0 : notBeforeMs;
}

/** Key and condition of a send claim that reserves this place. */
export function claimedAt({ user_uuid, client_id }: ClaimedDraft, message_uuid: string) {
  return {
    Key: sendClaimKey(user_uuid, client_id),
    ConditionExpression: "message_sk = :claimed",
    ExpressionAttributeValues: { ":claimed": { S: messageSk(message_uuid) } },
  };
}

/** Key and condition of a place without a message. */
export function noMessageAt({ message_group_uuid }: ClaimedDraft, message_uuid: string) {
  return {
    Key: messageKey(message_group_uuid, message_uuid),
    ConditionExpression: "attribute_not_exists(pk)",
  };
}

/** @returns the item that was there before, or null when the new one has been written */
export async function putUnlessTaken(
  { client, tableName }: Table,
  Item: Item,
): Promise<Item | null> {
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
