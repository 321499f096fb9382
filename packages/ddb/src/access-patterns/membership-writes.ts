import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { membershipKey, revisionOf } from "../items/membership-item.ts";
import { cutPreview } from "../items/preview.ts";
import { type Folder, inboxPk, messageSk } from "../keys.ts";
import type { Filing } from "../refile.ts";
import { callTable, isConditionFailure, itemOfFailure } from "../retries.ts";
import type { MembershipId, NewestMessage } from "../types.ts";

/** What a conditional write came to: written, or the item as it is now (undefined: there is none). */
export type WriteOutcome =
  | { written: true; item: Item }
  | { written: false; item: Item | undefined };

interface MembershipUpdate {
  set?: readonly string[];
  add?: readonly string[];
  remove?: readonly string[];
  /** The folder to move the conversation to; it stays where it is by default. */
  folder?: Folder | undefined;
  condition: string;
  values?: Item;
}

/**
 * One conditional UpdateItem of a membership. Every one raises `revision`, and puts a membership of
 * the time before folders into the inbox.
 */
export async function updateIf(
  { client, tableName }: Table,
  { user_uuid, message_group_uuid }: MembershipId,
  update: MembershipUpdate,
): Promise<WriteOutcome> {
  const { set = [], add = [], remove = [], folder } = update;
  const inbox = folder === undefined ? "if_not_exists(inbox_pk, :folder)" : ":folder";
  const expression = [
    `SET ${[...set, `inbox_pk = ${inbox}`].join(", ")}`,
    `ADD ${[...add, "revision :one"].join(", ")}`,
    ...(remove.length === 0 ? [] : [`REMOVE ${remove.join(", ")}`]),
  ];
  try {
    const { Attributes = {} } = await callTable(() =>
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: membershipKey(user_uuid, message_group_uuid),
          UpdateExpression: expression.join(" "),
          ConditionExpression: update.condition,
          ExpressionAttributeValues: {
            ...update.values,
            ":one": { N: "1" },
            ":folder": { S: inboxPk(user_uuid, folder ?? "inbox") },
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
  /** Where an archived conversation belongs after a newer message. */
  filing?: Filing;
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
  { unread_count, read_message_uuid, newest, filing }: MembershipState,
): Promise<WriteOutcome> {
  const { archived_after } = filing ?? {};
  const set = ["unread_count = :unread"];
  const remove: string[] = [];
  // Whoever reads a conversation has dealt with the mark that they put on it.
  if (read_message_uuid !== undefined) remove.push("marked_unread");
  if (archived_after === null) remove.push("archived_after");
  if (typeof archived_after === "string") set.push("archived_after = :archived");
  if (read_message_uuid !== undefined) set.push("read_message_uuid = :read");
  if (newest !== undefined) set.push(SET_PREVIEW);
  return updateIf(table, id, {
    set,
    remove,
    folder: filing?.folder,
    condition: "revision = :revision",
    values: {
      ":unread": { N: String(unread_count) },
      ":revision": { N: String(revisionOf(item)) },
      ...(typeof archived_after === "string" ? { ":archived": { S: archived_after } } : {}),
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
