import { v4, v5, v7 } from "uuid";

/** Namespace of the message group uuids of pairs. Changing it would split every conversation. */
const PAIR_NAMESPACE = "0c5f1a52-5d1e-4f2b-9a53-6f0f6a4f9f10";

/** Namespace of the client ids of groups' first messages. */
const FIRST_MESSAGE_NAMESPACE = "7a4d0e52-93c6-4c1b-8f57-2b6f6c3d8e11";

/** A new client id for a draft. Every retry of the draft must send the same id. */
export function createClientId(): string {
  return v4();
}

/**
 * The message group uuid of two people, which is the same whoever writes first.
 * @param a,b user uuids, in any order and in upper or lower case
 */
export function derivePairGroupUuid(a: string, b: string): string {
  return v5([a.toLowerCase(), b.toLowerCase()].sort().join(":"), PAIR_NAMESPACE);
}

/** The client id of a group's first message: the same for every retry of the group's creation. */
export function deriveFirstMessageClientId(client_id: string): string {
  return v5(client_id.toLowerCase(), FIRST_MESSAGE_NAMESPACE);
}

/**
 * Creates message uuids (UUIDv7, RFC 9562). The first 48 bits are the message's time in ms, so the
 * string order of message uuids is their time order, and the uuid contains `created_at`.
 * `notBeforeMs` raises the time above a newer message of another server.
 */
export type MessageUuidFactory = (options?: { notBeforeMs?: number }) => string;

/**
 * @param now clock in ms since the epoch
 * @returns a factory whose uuids strictly increase within this process, even when the clock stands
 *   still or moves back
 */
export function createMessageUuidFactory(now: () => number = Date.now): MessageUuidFactory {
  let lastMs = 0;
  let seq = 0;
  return ({ notBeforeMs = 0 } = {}) => {
    const ms = Math.max(now(), notBeforeMs, lastMs);
    if (ms > lastMs) {
      lastMs = ms;
      // Stryker disable next-line ArithmeticOperator: other random bits tell the uuids of two processes apart, too.
      seq = Math.floor(Math.random() * 0x1000_0000);
    } else {
      seq += 1;
    }
    return v7({ msecs: lastMs, seq });
  };
}

/** The time in a message uuid, in ms since the epoch. Throws RangeError when it isn't a UUIDv7. */
export function messageUuidMs(message_uuid: string): number {
  if (message_uuid[14] !== "7") throw new RangeError("not a UUIDv7");
  return Number.parseInt(message_uuid.slice(0, 8) + message_uuid.slice(9, 13), 16);
}

/** `created_at` of a message: UTC, ISO 8601, milliseconds, always 24 characters. */
export function messageCreatedAt(message_uuid: string): string {
  return new Date(messageUuidMs(message_uuid)).toISOString();
}
