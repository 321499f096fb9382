import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { PREVIEW_MAX_BYTES, PREVIEW_MAX_CHARS } from "@cruddur/contract/limits";
import { countBytes, truncateText } from "@cruddur/contract/text";
import * as keys from "./keys.ts";
import type { GroupRow, Member, StoredMessage } from "./types.ts";

/**
 * To and from items, by hand: no marshalling library and no validation on the hot path, since
 * nothing but this package writes the table.
 */
export type Item = Record<string, AttributeValue>;

/** A stored item that lacks what every item of its kind has. Names the attribute, never its value. */
export class CorruptItemError extends Error {
  override readonly name = "CorruptItemError";
}

/** An item that can't be read: where it is and what is wrong, never what it holds. */
export interface CorruptItem {
  pk: string;
  sk: string;
  problem: string;
}

/** A message as an item. It has no `message_group_uuid` attribute, which would put it in that index. */
export function toMessageItem(
  message: StoredMessage,
  options: { member_count: number; projected?: boolean; traceparent?: string | undefined },
): Item {
  const { member_count, projected, traceparent } = options;
  return {
    ...messageKey(message.message_group_uuid, message.uuid),
    message: { S: message.message },
    message_uuid: { S: message.uuid },
    client_id: { S: message.client_id },
    user_uuid: { S: message.user_uuid },
    user_display_name: { S: message.display_name },
    user_handle: { S: message.handle },
    member_count: { N: String(member_count) },
    // Written together with the rows it would move: the stream has nothing to do for it.
    ...(projected ? { projected: { BOOL: true } } : {}),
    ...(traceparent === undefined ? {} : { traceparent: { S: traceparent } }),
  };
}

/** Throws CorruptItemError or KeyError. */
export function fromMessageItem(item: Item): StoredMessage {
  const { message_uuid, created_at } = keys.parseMessageSk(text(item, "sk"));
  return {
    uuid: message_uuid,
    message_group_uuid: keys.parseMessagePk(text(item, "pk")),
    client_id: text(item, "client_id"),
    user_uuid: text(item, "user_uuid"),
    display_name: text(item, "user_display_name"),
    handle: text(item, "user_handle"),
    message: text(item, "message"),
    created_at,
  };
}

/** A member's group row. Without `last` it is in no inbox. */
export function toGroupRowItem(row: {
  user_uuid: string;
  message_group_uuid: string;
  member_count: number;
  other: Member;
  unread_count: number;
  read_message_uuid: string | null;
  last: Summary | null;
}): Item {
  return {
    ...groupRowKey(row.user_uuid, row.message_group_uuid),
    message_group_uuid: { S: keys.groupRowSk(row.message_group_uuid) },
    member_count: { N: String(row.member_count) },
    user_uuid: { S: row.other.user_uuid },
    user_display_name: { S: row.other.display_name },
    user_handle: { S: row.other.handle },
    unread_count: { N: String(row.unread_count) },
    // Starts anywhere: a row made again after its member left mustn't match what was worked out before.
    revision: { N: String(Math.floor(Math.random() * 2 ** 32)) },
    ...(row.read_message_uuid === null ? {} : { read_message_uuid: { S: row.read_message_uuid } }),
    ...(row.last === null
      ? {}
      : {
          last_message_at: { S: keys.messageSk(row.last.message_uuid) },
          message: { S: cutPreview(row.last.message) },
          sender_uuid: { S: row.last.user_uuid },
        }),
  };
}

/** What a group row shows of the newest message. */
export interface Summary {
  message_uuid: string;
  message: string;
  user_uuid: string;
}

/** From the table or from the inbox index. Throws CorruptItemError or KeyError. */
export function fromGroupRowItem(item: Item): GroupRow {
  const last_message_at = item.last_message_at?.S;
  return {
    user_uuid: keys.parseGroupRowPk(text(item, "pk")),
    message_group_uuid: keys.parseGroupRowSk(text(item, "sk")),
    member_count: number(item, "member_count"),
    other: {
      user_uuid: text(item, "user_uuid"),
      display_name: text(item, "user_display_name"),
      handle: text(item, "user_handle"),
    },
    last_message: last_message_at === undefined ? null : summaryOf(item, last_message_at),
    unread_count: number(item, "unread_count"),
    read_message_uuid: item.read_message_uuid?.S ?? null,
  };
}

/** Counts every write of the row's summary or unread count; conditions on it detect a race. */
export function revisionOf(item: Item): number {
  return number(item, "revision");
}

/** A claim: which key the first attempt of a draft was given. */
export function toClaimItem(claim: {
  user_uuid: string;
  client_id: string;
  message_group_uuid: string;
  message_uuid: string;
  expiresAtSeconds: number;
}): Item {
  return {
    pk: { S: keys.claimPk(claim.user_uuid) },
    sk: { S: keys.claimSk(claim.client_id) },
    message_pk: { S: keys.messagePk(claim.message_group_uuid) },
    message_sk: { S: keys.messageSk(claim.message_uuid) },
    expires_at: { N: String(claim.expiresAtSeconds) },
  };
}

/** Throws CorruptItemError or KeyError. */
export function fromClaimItem(item: Item): { message_group_uuid: string; message_uuid: string } {
  return {
    message_group_uuid: keys.parseMessagePk(text(item, "message_pk")),
    message_uuid: keys.parseMessageSk(text(item, "message_sk")).message_uuid,
  };
}

export function groupRowKey(user_uuid: string, message_group_uuid: string): Item {
  return {
    pk: { S: keys.groupRowPk(user_uuid) },
    sk: { S: keys.groupRowSk(message_group_uuid) },
  };
}

export function messageKey(message_group_uuid: string, message_uuid: string): Item {
  return {
    pk: { S: keys.messagePk(message_group_uuid) },
    sk: { S: keys.messageSk(message_uuid) },
  };
}

/** The text a group row keeps of a message: short enough that the row stays one write unit. */
export function cutPreview(message: string): string {
  const cut = truncateText(message, { chars: PREVIEW_MAX_CHARS, bytes: PREVIEW_MAX_BYTES });
  if (cut !== "") return cut;
  // One character can outweigh the limit (a letter under hundreds of accents): show part of it.
  let part = "";
  for (const codePoint of message) {
    if (countBytes(part + codePoint) > PREVIEW_MAX_BYTES) break;
    part += codePoint;
  }
  return part;
}

function summaryOf(item: Item, last_message_at: string): GroupRow["last_message"] {
  const { message_uuid, created_at } = keys.parseMessageSk(last_message_at);
  return {
    uuid: message_uuid,
    created_at,
    message: text(item, "message"),
    user_uuid: text(item, "sender_uuid"),
  };
}

function text(item: Item, name: string): string {
  const value = item[name]?.S;
  if (value === undefined) throw new CorruptItemError(`an item has no ${name}`);
  return value;
}

function number(item: Item, name: string): number {
  const value = item[name]?.N;
  if (value === undefined) throw new CorruptItemError(`an item has no ${name}`);
  return Number(value);
}
