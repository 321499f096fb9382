import { expect, it } from "vitest";
import { parseFrom, parseUntil } from "./dates.ts";

it.each([
  ["2026-11-21", "2026-11-21T00:00:00.000Z", "2026-11-21T23:59:59.999Z"],
  ["2028-02-29", "2028-02-29T00:00:00.000Z", "2028-02-29T23:59:59.999Z"],
  ["2026-11-21T10:30Z", "2026-11-21T10:30:00.000Z", "2026-11-21T10:30:00.000Z"],
  ["2026-11-21T10:30", "2026-11-21T10:30:00.000Z", "2026-11-21T10:30:00.000Z"],
  ["2026-11-21T10:30:05.250+02:00", "2026-11-21T08:30:05.250Z", "2026-11-21T08:30:05.250Z"],
])(
  "%s is a moment, in UTC unless it says otherwise; as an end, a date goes to its end",
  (value, from, until) => {
    expect(new Date(parseFrom(value)).toISOString()).toBe(from);
    expect(new Date(parseUntil(value)).toISOString()).toBe(until);
  },
);

it.each([
  "",
  "yesterday",
  "2026",
  "2026-02-30",
  "2027-02-29",
  "2026-13-01",
  "2026-11-21T25:00Z",
  "2026-11-21Z",
  "1969-12-31",
  "12026-11-21",
  "9999-12-31T23:59-23:00",
])("%j is no date, rather than another one", (value) => {
  expect(() => parseFrom(value)).toThrow("Expected a date");
  expect(() => parseUntil(value)).toThrow("Expected a date");
});
