import { v4, v5, v7 } from "uuid";

/** Namespace of the uuids derived for pairs. Fixed for ever: changing it splits every conversation. */
const PAIR_NAMESPACE = "0c5f1a52-5d1e-4f2b-9a53-6f0f6a4f9f10";

/** A fresh id for a draft. The same id must be sent with every retry of that draft. */
export function createClientId(): string {
  return v4();
}

/**
 * The one conversation of a pair: the same uuid whoever writes first.
 * @param a,b user uuids, in any order and case
 */
export function derivePairGroupUuid(a: string, b: string): string {
  return v5([a.toLowerCase(), b.toLowerCase()].sort().join(":"), PAIR_NAMESPACE);
}

/**
 * Mints message uuids (UUIDv7, RFC 9562): the first 48 bits are the message's time in ms, so
 * string order of message uuids is time order and `created_at` can be read back from the uuid.
 */
export type MessageUuidFactory = (options?: { notBeforeMs?: number }) => string;

/**
 * @param now clock in ms since the epoch
 * @returns a factory whose uuids strictly increase within this process even when the clock stands
 *   still or steps back; `notBeforeMs` lifts the time over a newer message seen from another server.
 */
export function createMessageUuidFactory(now: () => number = Date.now): MessageUuidFactory {
  let lastMs = 0;
  let seq = 0;
  return ({ notBeforeMs = 0 } = {}) => {
    const ms = Math.max(now(), notBeforeMs, lastMs);
    if (ms > lastMs || seq >= 0x7fff_fffe) {
      lastMs = ms === lastMs ? ms + 1 : ms;
      seq = Math.floor(Math.random() * 0x1000_0000);
    } else {
      seq += 1;
    }
    return v7({ msecs: lastMs, seq });
  };
}

/** The time a message uuid carries, in ms since the epoch. Throws RangeError when it is no UUIDv7. */
export function messageUuidMs(message_uuid: string): number {
  if (message_uuid[14] !== "7") throw new RangeError("not a UUIDv7");
  return Number.parseInt(message_uuid.slice(0, 8) + message_uuid.slice(9, 13), 16);
}

/** `created_at` of a message: UTC, ISO 8601, milliseconds, always 24 characters. */
export function messageCreatedAt(message_uuid: string): string {
  return new Date(messageUuidMs(message_uuid)).toISOString();
}
