import { QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Item } from "../attributes.ts";
import { isConditionFailure, itemOfFailure, run, type Table } from "../client.ts";
import { cutPreview, membershipKey, revisionOf } from "../items.ts";
import { messagePk, messageSk, messageSkAbove, messageSkFloor } from "../keys.ts";
import type { MembershipId, NewestMessage } from "../types.ts";

/**
 * Counts the messages of others after the read marker, up to and with a sort key: what
 * `unread_count` means. Strongly consistent; costs what reading the range costs.
 */
export async function countUnread(
  { client, tableName }: Table,
  input: {
    user_uuid: string;
    message_group_uuid: string;
    read_message_uuid: string | null;
    until: string;
  },
): Promise<number> {
  const from =
    input.read_message_uuid === null
      ? messageSkFloor(0)
      : messageSkAbove(messageSk(input.read_message_uuid));
  if (from > input.until) return 0;
  let count = 0;
  let start: Item | undefined;
  do {
    const output = await run(() =>
      client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :until",
          FilterExpression: "user_uuid <> :me",
          ExpressionAttributeValues: {
            ":pk": { S: messagePk(input.message_group_uuid) },
            ":from": { S: from },
            ":until": { S: input.until },
            ":me": { S: input.user_uuid },
          },
          Select: "COUNT",
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      ),
    );
    count += output.Count ?? 0;
    start = output.LastEvaluatedKey;
  } while (start !== undefined);
  return count;
}

export interface MembershipState {
  unread_count: number;
  read_message_uuid?: string;
  /** A newer message to show and sort by. */
  newest?: NewestMessage;
}

/** What became of a conditional write: done, or the row as it is now (undefined: no such row). */
export type WriteOutcome =
  | { written: true; item: Item }
  | { written: false; item: Item | undefined };

/**
 * Writes what was worked out from a row, unless the row has changed since: every write of a
 * summary, marker or count raises `revision`.
 */
export async function writeMembershipState(
  { client, tableName }: Table,
  membership: MembershipId & { item: Item },
  state: MembershipState,
): Promise<WriteOutcome> {
  const { newest, read_message_uuid } = state;
  const sets = ["unread_count = :unread"];
  if (read_message_uuid !== undefined) sets.push("read_message_uuid = :read");
  if (newest !== undefined) sets.push(SET_PREVIEW);
  return conditionalUpdate(() =>
    client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: membershipKey(membership.user_uuid, membership.message_group_uuid),
        UpdateExpression: `SET ${sets.join(", ")} ADD revision :one`,
        ConditionExpression: "revision = :revision",
        ExpressionAttributeValues: {
          ":unread": { N: String(state.unread_count) },
          ":one": { N: "1" },
          ":revision": { N: String(revisionOf(membership.item)) },
          ...(read_message_uuid === undefined ? {} : { ":read": { S: read_message_uuid } }),
          ...(newest === undefined ? {} : previewValues(newest)),
        },
        ReturnValues: "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    ),
  );
}

export const SET_PREVIEW = "last_message_at = :newest, message = :message, sender_uuid = :sender";

export function previewValues(newest: NewestMessage): Item {
  return {
    ":newest": { S: messageSk(newest.uuid) },
    ":message": { S: cutPreview(newest.message) },
    ":sender": { S: newest.user_uuid },
  };
}

export async function conditionalUpdate(
  update: () => Promise<{ Attributes?: Item | undefined }>,
): Promise<WriteOutcome> {
  try {
    const { Attributes = {} } = await run(update);
    return { written: true, item: Attributes };
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return { written: false, item: itemOfFailure(error) };
  }
}
