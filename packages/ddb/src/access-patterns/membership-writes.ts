import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { membershipKey, revisionOf } from "../items/membership-item.ts";
import { cutPreview } from "../items/preview.ts";
import { inboxPk, messageSk } from "../keys.ts";
import { callTable, isConditionFailure, itemOfFailure } from "../retries.ts";
import type { MembershipId, NewestMessage } from "../types.ts";

/** What a conditional write came to: written, or the item as it is now (undefined: there is none). */
export type WriteOutcome =
  | { written: true; item: Item }
  | { written: false; item: Item | undefined };

/**
 * One conditional UpdateItem of a membership. Every one raises `revision`, and puts a membership of
 * the time before folders into the inbox.
 */
export async function updateIf(
  { client, tableName }: Table,
  { user_uuid, message_group_uuid }: MembershipId,
  update: { set: string; add?: string; condition: string; values: Item },
): Promise<WriteOutcome> {
  const add = update.add === undefined ? "" : `${update.add}, `;
  try {
    const { Attributes = {} } = await callTable(() =>
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: membershipKey(user_uuid, message_group_uuid),
          UpdateExpression: `SET ${update.set}, inbox_pk = if_not_exists(inbox_pk, :inbox) ADD ${add}revision :one`,
          ConditionExpression: update.condition,
          ExpressionAttributeValues: {
            ...update.values,
            ":one": { N: "1" },
            ":inbox": { S: inboxPk(user_uuid, "inbox") },
          },
          ReturnValues: "ALL_NEW",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      ),
    );
    return { written: true, item: Attributes };
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return { written: false, item: itemOfFailure(error) };
  }
}

/** What a membership should say from now on; what is left out stays as it is. */
export interface MembershipState {
  unread_count: number;
  read_message_uuid?: string;
  /** A newer message to show and to sort by. */
  newest?: NewestMessage;
}

/**
 * Writes what was worked out from a membership, unless the membership has changed since: every
 * write of a preview, a marker or a count raises `revision`.
 * @param item the membership as it was read
 */
export function writeMembershipState(
  table: Table,
  id: MembershipId,
  item: Item,
  { unread_count, read_message_uuid, newest }: MembershipState,
): Promise<WriteOutcome> {
  const set = ["unread_count = :unread"];
  if (read_message_uuid !== undefined) set.push("read_message_uuid = :read");
  if (newest !== undefined) set.push(SET_PREVIEW);
  return updateIf(table, id, {
    set: set.join(", "),
    condition: "revision = :revision",
    values: {
      ":unread": { N: String(unread_count) },
      ":revision": { N: String(revisionOf(item)) },
      ...(read_message_uuid === undefined ? {} : { ":read": { S: read_message_uuid } }),
      ...(newest === undefined ? {} : previewValues(newest)),
    },
  });
}

export const SET_PREVIEW =
  "last_message_at = :newest, message = :message, sender_uuid = :sender, last_revision = :shown";

export function previewValues(newest: NewestMessage): Item {
  return {
    ":newest": { S: messageSk(newest.uuid) },
    ":message": { S: cutPreview(newest.message) },
    ":sender": { S: newest.user_uuid },
    ":shown": { N: String(newest.revision ?? 0) },
  };
}
