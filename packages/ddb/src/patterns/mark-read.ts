import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { type Table, unavailable } from "../client.ts";
import { fromMembershipItem, membershipKey } from "../items.ts";
import { messageSk } from "../keys.ts";
import { getMessage } from "./list-messages.ts";
import {
  conditionalUpdate,
  countUnread,
  type WriteOutcome,
  writeMembershipState,
} from "./unread.ts";

const ATTEMPTS = 8;

interface MarkReadInput {
  user_uuid: string;
  message_group_uuid: string;
  message_uuid: string;
}

export interface ReadState {
  read_message_uuid: string;
  unread_count: number;
  /** False when the marker was there already or further on. */
  moved: boolean;
}

/**
 * Moves a member's marker forward, never back. Reading up to the newest message, the usual case,
 * is one read and one conditional write; stopping short of it counts what is left.
 * Throws AppError `message_not_found`, `not_a_member`.
 */
export async function markRead(table: Table, input: MarkReadInput): Promise<ReadState> {
  const message_uuid = input.message_uuid.toLowerCase();
  if ((await getMessage(table, input)) === null) throw new AppError("message_not_found");
  const toEnd = await markAllRead(table, { ...input, message_uuid });
  if (toEnd.written) return { read_message_uuid: message_uuid, unread_count: 0, moved: true };

  let { item } = toEnd;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (item === undefined) throw new AppError("not_a_member");
    const row = fromMembershipItem(item);
    const marker = row.read_message_uuid;
    if (marker !== null && marker >= message_uuid) {
      return { read_message_uuid: marker, unread_count: row.unread_count, moved: false };
    }
    const unread_count = await countUnread(table, {
      ...input,
      read_message_uuid: message_uuid,
      until: row.last_message === null ? "" : messageSk(row.last_message.uuid),
    });
    const outcome = await writeMembershipState(
      table,
      { ...input, item },
      { unread_count, read_message_uuid: message_uuid },
    );
    if (outcome.written) return { read_message_uuid: message_uuid, unread_count, moved: true };
    item = outcome.item;
  }
  throw unavailable();
}

/** Nothing newer in the row: nothing is unread, whatever the count was. */
function markAllRead(
  { client, tableName }: Table,
  { user_uuid, message_group_uuid, message_uuid }: MarkReadInput,
): Promise<WriteOutcome> {
  return conditionalUpdate(() =>
    client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: membershipKey(user_uuid, message_group_uuid),
        UpdateExpression: "SET read_message_uuid = :read, unread_count = :zero ADD revision :one",
        ConditionExpression:
          "attribute_exists(pk)" +
          " AND (attribute_not_exists(last_message_at) OR last_message_at <= :sk)" +
          " AND (attribute_not_exists(read_message_uuid) OR read_message_uuid < :read)",
        ExpressionAttributeValues: {
          ":read": { S: message_uuid },
          ":sk": { S: messageSk(message_uuid) },
          ":zero": { N: "0" },
          ":one": { N: "1" },
        },
        ReturnValues: "ALL_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    ),
  );
}
