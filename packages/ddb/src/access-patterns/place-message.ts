import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { fromMessageItem, toMessageItem } from "../items/message-item.ts";
import { messageSk } from "../keys.ts";
import { unavailable } from "../retries.ts";
import { writeTransaction } from "../transactions.ts";
import type { StoredMessage } from "../types.ts";
import { getMessage } from "./get-message.ts";
import {
  type Claim,
  type ClaimedDraft,
  claimedAt,
  claimPlace,
  noMessageAt,
  putUnlessTaken,
  type SendingTable,
  timeAfter,
} from "./send-claims.ts";

const ATTEMPTS = 6;

/** A write that must succeed together with the message. */
export interface Companion {
  write: TransactWriteItem;
  /** Called when the write may have been refused. Throws the refusal; false: from now on without it. */
  isStillNeeded: () => Promise<boolean>;
}

/**
 * Stores a message in the place that its send claim names, once however many attempts are under way.
 * Only the attempt that made the claim may change it: it moves the message behind the newest one of
 * the conversation, in the transaction that stores it. Every other attempt stores the message only
 * while the claim is as it was read. So the first attempt, the usual one, needs no condition on it.
 * Throws what `companion` throws, and AppError `client_id_reused`, `unavailable`.
 */
export async function placeMessage(
  table: SendingTable,
  input: {
    claim: Claim;
    /** The newest message of the conversation that is known. */
    newest_uuid: string | undefined;
    /** The message as it is in a place. */
    messageAt: (message_uuid: string) => StoredMessage;
    companion?: Companion | undefined;
  },
): Promise<StoredMessage> {
  const { newest_uuid, messageAt } = input;
  const draft = messageAt(input.claim.message_uuid);
  let { claim, companion } = input;
  for (let attempt = 1; ; attempt += 1) {
    if (!claim.isOwn) {
      const stored = await getMessage(table, { ...draft, message_uuid: claim.message_uuid });
      if (stored !== null) return stored;
    }
    if (attempt > 1 && companion !== undefined && !(await companion.isStillNeeded())) {
      companion = undefined;
    }
    const message = messageAt(placeOf(table, claim, newest_uuid));
    const isMoved = message.uuid !== claim.message_uuid;
    if (claim.isOwn && !isMoved && companion === undefined) {
      const existing = await putUnlessTaken(table, toMessageItem(message));
      return existing === null ? message : fromMessageItem(existing);
    }
    const writes = [
      ...claimWrites(table, draft, { claim, to: message.uuid }),
      putNew(table, message),
      ...(companion === undefined ? [] : [companion.write]),
    ];
    if (await writeTransaction(table, writes)) return message;
    if (attempt === ATTEMPTS) throw unavailable();
    claim = await claimPlace(table, draft);
  }
}

/** The claimed place, or a later one where the claim was made before a newer message was known. */
function placeOf(
  table: SendingTable,
  { message_uuid, isOwn }: Claim,
  newest_uuid: string | undefined,
): string {
  if (!isOwn || newest_uuid === undefined || message_uuid > newest_uuid) return message_uuid;
  const notBeforeMs = timeAfter(table, newest_uuid);
  return notBeforeMs === 0 ? message_uuid : table.mintMessageUuid({ notBeforeMs });
}

/** What a transaction that stores a message does with its send claim: nothing where nobody else may change it. */
export function claimWrites(
  { tableName: TableName }: SendingTable,
  draft: ClaimedDraft,
  { claim, to }: { claim: Claim; to: string },
): TransactWriteItem[] {
  const claimed = claimedAt(draft, claim.message_uuid);
  if (to === claim.message_uuid) {
    return claim.isOwn ? [] : [{ ConditionCheck: { TableName, ...claimed } }];
  }
  const ExpressionAttributeValues = {
    ...claimed.ExpressionAttributeValues,
    ":to": { S: messageSk(to) },
  };
  const UpdateExpression = "SET message_sk = :to";
  return [
    { Update: { TableName, ...claimed, UpdateExpression, ExpressionAttributeValues } },
    // A repeat may have stored the message in the first place.
    { ConditionCheck: { TableName, ...noMessageAt(draft, claim.message_uuid) } },
  ];
}

function putNew({ tableName }: SendingTable, message: StoredMessage): TransactWriteItem {
  const Item = toMessageItem(message);
  return { Put: { TableName: tableName, Item, ConditionExpression: "attribute_not_exists(pk)" } };
}
