import { InvalidArgumentError } from "commander";

const DAY_MS = 86_400_000;
const DATE = /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** The last moment a message can have, in milliseconds since the epoch. */
export const LAST_MESSAGE_MS = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Reads `2026-11-21` or `2026-11-21T10:30Z`; without an offset the time is UTC.
 * @returns milliseconds since the epoch. Throws InvalidArgumentError.
 */
export function parseFrom(value: string): number {
  const [, day = "", time, zone] = DATE.exec(value) ?? [];
  const ms = Date.parse(time !== undefined && zone === undefined ? `${value}Z` : value);
  // `Date.parse` reads 30 February as 2 March.
  if (!isDay(day) || !(ms >= 0 && ms <= LAST_MESSAGE_MS)) {
    throw new InvalidArgumentError("Expected a date as 2026-11-21 or 2026-11-21T10:30Z");
  }
  return ms;
}

/** Reads the end of a range as `parseFrom` does, but a date without a time means the end of that day. */
export function parseUntil(value: string): number {
  return parseFrom(value) + (value.includes("T") ? 0 : DAY_MS - 1);
}

function isDay(day: string): boolean {
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
