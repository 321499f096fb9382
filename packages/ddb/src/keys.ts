import { messageCreatedAt, messageUuidMs } from "@cruddur/contract/ids";

/*
 * Makes and parses every key of the table. Uuids are lower-cased, so that two spellings of a uuid
 * are one key.
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const MEMBERSHIP = "GRP#";
/** Each person has one partition of the inbox index for each folder. */
const FOLDERS = { inbox: "INB#", pinned: "PIN#", requests: "REQ#", archive: "ARC#" } as const;
const MESSAGE = "MSG#";
const SEND_CLAIM = "CLM#";
const HIDDEN_MESSAGE = "HID#";
const BLOCK = "BLK#";
const FORMER_MEMBERSHIP = "FRM#";
const PINS = "PNS#";
/** Above every uuid, so that one range of a partition holds whom a person has blocked. */
const BLOCKED_BY = "~";

/** A string that isn't a key of this table. The message names the kind of key, never its content. */
export class KeyError extends Error {
  override readonly name = "KeyError";
}

/** Partition key of a person's memberships. */
export function membershipPk(user_uuid: string): string {
  return MEMBERSHIP + user_uuid.toLowerCase();
}

/** @returns the user's uuid. Throws KeyError. */
export function parseMembershipPk(pk: string): string {
  return parsePrefixed(MEMBERSHIP, pk);
}

/** Sort key of a membership. It holds no time, so an inbox update never changes a key. */
export function membershipSk(message_group_uuid: string): string {
  return message_group_uuid.toLowerCase();
}

/** @returns the message group's uuid. Throws KeyError. */
export function parseMembershipSk(sk: string): string {
  return parsePrefixed("", sk);
}

/** Where a membership is listed. Pinned conversations are in a folder of their own, above the inbox. */
export type Folder = keyof typeof FOLDERS;

/** All prefixes have one length. */
const FOLDER_OF_PREFIX: ReadonlyMap<string, Folder> = new Map(
  Object.entries(FOLDERS).map(([folder, prefix]) => [prefix, folder as Folder]),
);

/** Partition key of the inbox index: one folder of a person. */
export function inboxPk(user_uuid: string, folder: Folder): string {
  return FOLDERS[folder] + user_uuid.toLowerCase();
}

/** @returns the folder. Throws KeyError. */
export function parseInboxPk(inbox_pk: string): Folder {
  const prefix = inbox_pk.slice(0, FOLDERS.inbox.length);
  const folder = FOLDER_OF_PREFIX.get(prefix);
  if (folder === undefined) throw new KeyError("not the key of a folder");
  parsePrefixed(prefix, inbox_pk);
  return folder;
}

/** Partition key of a message group's messages. */
export function messagePk(message_group_uuid: string): string {
  return MESSAGE + message_group_uuid.toLowerCase();
}

/** @returns the message group's uuid. Throws KeyError. */
export function parseMessagePk(pk: string): string {
  return parsePrefixed(MESSAGE, pk);
}

/** Prefix of every message's partition key, for the event filter of the stream. */
export const MESSAGE_PK_PREFIX = MESSAGE;

/**
 * Sort key of a message, `<created_at>#<message_uuid>`: fixed width, so string order is time order,
 * and ties break by uuid. Throws RangeError when the uuid is no UUIDv7.
 */
export function messageSk(message_uuid: string): string {
  const uuid = message_uuid.toLowerCase();
  return `${messageCreatedAt(uuid)}#${uuid}`;
}

const MESSAGE_SK =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Also parses `last_message_at`, which is a message's sort key. Throws KeyError. */
export function parseMessageSk(sk: string): { message_uuid: string; created_at: string } {
  const created_at = sk.slice(0, 24);
  const message_uuid = sk.slice(25);
  if (!MESSAGE_SK.test(sk) || !isTimeOf(message_uuid, created_at)) {
    throw new KeyError("not a message's sort key");
  }
  return { message_uuid, created_at };
}

/**
 * Compares numbers, because formatting the time of every message would slow lists down. Compares the
 * day as well, because a 30th of February and an hour 24 parse as a moment of the next day.
 */
function isTimeOf(message_uuid: string, created_at: string): boolean {
  const ms = messageUuidMs(message_uuid);
  return (
    Date.parse(created_at) === ms && new Date(ms).getUTCDate() === Number(created_at.slice(8, 10))
  );
}

/** The lowest sort key a message of this moment (ms since the epoch) or later can have. */
export function messageSkFloor(ms: number): string {
  return new Date(ms).toISOString();
}

/** Above every sort key a message of this moment (ms since the epoch) or earlier can have. */
export function messageSkCeiling(ms: number): string {
  return `${messageSkFloor(ms)}~`;
}

/** The lowest string above this sort key: a range that excludes the key starts here. */
export function messageSkAbove(sk: string): string {
  return `${sk}#`;
}

/**
 * At or above every sort key that is below this one: a range that excludes the key ends here. Sort
 * keys have one length, so none lies between the two.
 */
export function messageSkBelow(sk: string): string {
  return sk.slice(0, -1) + String.fromCharCode(sk.charCodeAt(sk.length - 1) - 1);
}

/** Before and after every message that can exist (years 1970 to 9999). */
export const FIRST_MESSAGE_UUID = "00000000-0000-7000-8000-000000000000";
export const LAST_MESSAGE_UUID = "e677d21f-dbff-7fff-bfff-ffffffffffff";

/** Partition key of a person's send claims. */
export function sendClaimPk(user_uuid: string): string {
  return SEND_CLAIM + user_uuid.toLowerCase();
}

/** @returns the sender's uuid. Throws KeyError. */
export function parseSendClaimPk(pk: string): string {
  return parsePrefixed(SEND_CLAIM, pk);
}

/** Sort key of a send claim. */
export function sendClaimSk(client_id: string): string {
  return client_id.toLowerCase();
}

/** @returns the client_id. Throws KeyError. */
export function parseSendClaimSk(sk: string): string {
  return parsePrefixed("", sk);
}

/** Partition key of the messages that a person has hidden from themselves. */
export function hiddenMessagePk(user_uuid: string): string {
  return HIDDEN_MESSAGE + user_uuid.toLowerCase();
}

/** Sort key of a hidden message: in the order of its conversation. Throws RangeError when the message's uuid is no UUIDv7. */
export function hiddenMessageSk(message_group_uuid: string, message_uuid: string): string {
  return `${message_group_uuid.toLowerCase()}#${messageSk(message_uuid)}`;
}

const UUID_CHARS = 36;

/** @returns the uuid of the message. Throws KeyError. */
export function parseHiddenMessageSk(sk: string): string {
  return parseMessageSk(sk.slice(UUID_CHARS + 1)).message_uuid;
}

/** Partition key of a person's blocks in both directions. */
export function blockPk(user_uuid: string): string {
  return BLOCK + user_uuid.toLowerCase();
}

/** Sort key of the block that the partition's person has made. */
export function blockSk(blocked_uuid: string): string {
  return blocked_uuid.toLowerCase();
}

/** Sort key of the block that somebody has made of the partition's person. */
export function blockedBySk(blocker_uuid: string): string {
  return BLOCKED_BY + blocker_uuid.toLowerCase();
}

/** The lowest string above this block: a range that excludes it starts here. */
export function blockSkAbove(blocked_uuid: string): string {
  return `${blockSk(blocked_uuid)}!`;
}

/** Before and after every block that a person has made. */
export const FIRST_BLOCK_SK = "!";
export const LAST_BLOCK_SK = BLOCKED_BY;

/** True for the sort key of a block that the partition's person has received. */
export function isReceivedBlockSk(sk: string): boolean {
  return sk.startsWith(BLOCKED_BY);
}

/** @returns the other person, whichever of the two has blocked the other. Throws KeyError. */
export function parseBlockSk(sk: string): string {
  return parsePrefixed(isReceivedBlockSk(sk) ? BLOCKED_BY : "", sk);
}

/** Partition key of a person's former memberships; their sort keys are those of the memberships. */
export function formerMembershipPk(user_uuid: string): string {
  return FORMER_MEMBERSHIP + user_uuid.toLowerCase();
}

/** Partition key of the item that counts a person's pins. */
export function pinsPk(user_uuid: string): string {
  return PINS + user_uuid.toLowerCase();
}

function parsePrefixed(prefix: string, key: string): string {
  const uuid = key.slice(prefix.length);
  if (!key.startsWith(prefix) || !UUID.test(uuid)) {
    throw new KeyError(`not a key of the form ${prefix}<uuid>`);
  }
  return uuid;
}
