import { describe, expect, it } from "vitest";
import { createTimeFormat, pickEnglishLocale } from "./time.ts";

const at = (iso: string) => Date.parse(iso);
const format = (timeZone: string, now: string, locale = "en-GB") =>
  createTimeFormat({ timeZone, locale, now: () => at(now) });

describe("ages in lists", () => {
  const { ago } = format("UTC", "2026-03-24T15:00:00.000Z");
  it.each([
    ["2026-03-24T15:00:00.000Z", "now"],
    ["2026-03-24T14:59:00.001Z", "now"],
    ["2026-03-24T14:59:00.000Z", "1m"],
    ["2026-03-24T14:57:00.000Z", "3m"],
    ["2026-03-24T14:00:00.001Z", "59m"],
    ["2026-03-24T14:00:00.000Z", "1h"],
    ["2026-03-24T10:00:00.000Z", "5h"],
    ["2026-03-24T00:00:00.000Z", "15h"],
    ["2026-03-23T23:59:59.999Z", "Yesterday"],
    ["2026-03-23T15:00:00.000Z", "Yesterday"],
    ["2026-03-22T15:00:00.000Z", "Sun"],
    ["2026-03-18T15:00:00.000Z", "Wed"],
    ["2026-03-17T15:00:00.000Z", "17 Mar"],
    ["2025-12-31T23:59:59.000Z", "31 Dec 2025"],
  ])("%s is %s", (moment, shown) => {
    expect(ago(moment)).toBe(shown);
  });

  it("shows a moment in the future as now, never as a negative age", () => {
    expect(ago("2026-03-24T16:44:00.000Z")).toBe("now");
  });

  it("shows the last evening in hours just after midnight", () => {
    expect(format("UTC", "2026-01-01T00:30:00.000Z").ago("2025-12-31T23:00:00.000Z")).toBe("1h");
  });

  it("shows both digits of a day", () => {
    const { ago } = format("UTC", "2026-05-01T00:00:00.000Z", "en-US");
    expect(ago("2026-03-24T12:00:00.000Z")).toBe("Mar 24");
  });
});

describe("moments in lists", () => {
  const { when } = format("UTC", "2026-03-24T15:00:00.000Z");
  it.each([
    ["2026-03-24T15:00:10.000Z", "15:00"],
    ["2026-03-24T09:05:00.000Z", "09:05"],
    ["2026-03-24T00:00:00.000Z", "00:00"],
    ["2026-03-23T23:59:59.999Z", "Yesterday"],
    ["2026-03-22T15:00:00.000Z", "Sun"],
    ["2026-03-17T15:00:00.000Z", "17 Mar"],
    ["2025-12-31T23:59:59.000Z", "31 Dec 2025"],
  ])("%s is %s", (moment, shown) => {
    expect(when(moment)).toBe(shown);
  });
});

describe("the moment of what the browser kept", () => {
  const { moment } = format("UTC", "2026-03-24T15:00:00.000Z");
  it.each([
    ["2026-03-24T14:05:00.000Z", "14:05"],
    ["2026-03-23T14:05:00.000Z", "yesterday, 14:05"],
    ["2026-03-19T14:05:00.000Z", "Thursday, 14:05"],
    ["2026-02-28T14:05:00.000Z", "Saturday 28 February, 14:05"],
  ])("%s is %s", (at, shown) => {
    expect(moment(at)).toBe(shown);
  });
});

describe("the clock", () => {
  const clock = (clockLocale: string) =>
    createTimeFormat({ timeZone: "UTC", locale: "en-GB", clockLocale });
  it.each([
    ["en-GB", "09:05"],
    ["en-US", "9:05 AM"],
    ["de-CH", "09:05"],
    ["fi-FI", "9.05"],
    ["ar-EG", "9:05 ص"],
    ["no locale at all", "09:05"],
  ])("of %s has its own short style, in Latin digits", (clockLocale, shown) => {
    const { time } = clock(clockLocale);
    expect(time("2026-03-24T09:05:00.000Z").replace("\u202f", " ")).toBe(shown);
  });

  it("of the full date is the same one", () => {
    expect(clock("de-DE").full("2026-03-24T14:05:00.000Z")).toContain("14:05");
    const american = createTimeFormat({ timeZone: "UTC", locale: "en-US", clockLocale: "de-DE" });
    expect(american.full("2026-03-24T14:05:00.000Z")).toContain("14:05");
  });
});

describe("days in the viewer's time zone", () => {
  const moment = "2026-01-01T09:30:00.000Z";
  it.each([
    ["America/Los_Angeles", "2026-01-01"],
    ["Pacific/Honolulu", "2025-12-31"],
    ["Asia/Tokyo", "2026-01-01"],
    ["Pacific/Tongatapu", "2026-01-01"],
    ["Pacific/Kiritimati", "2026-01-01"],
  ])("in %s it is %s", (timeZone, key) => {
    expect(format(timeZone, moment).dayKey(moment)).toBe(key);
  });

  it("one moment is on different days in UTC-8 and UTC+13", () => {
    const late = "2026-06-15T11:30:00.000Z";
    expect(format("America/Los_Angeles", late).dayKey("2026-06-15T03:00:00.000Z")).toBe(
      "2026-06-14",
    );
    expect(format("Pacific/Tongatapu", late).dayKey("2026-06-15T11:30:00.000Z")).toBe("2026-06-16");
  });

  it("in the first minute of a year, the last minute of the old year is yesterday", () => {
    const { day } = format("Europe/Zurich", "2025-12-31T23:01:00.000Z");
    expect(day("2025-12-31T22:59:00.000Z")).toBe("Yesterday");
    expect(day("2025-12-31T23:00:00.000Z")).toBe("Today");
  });

  it("names days by their distance", () => {
    const { day } = format("UTC", "2026-03-24T15:00:00.000Z");
    expect(day("2026-03-24T00:00:00.000Z")).toBe("Today");
    expect(day("2026-03-23T00:00:00.000Z")).toBe("Yesterday");
    expect(day("2026-03-20T00:00:00.000Z")).toBe("Friday");
    expect(day("2026-03-02T00:00:00.000Z")).toBe("Monday 2 March");
    expect(day("2025-03-02T00:00:00.000Z")).toBe("2 March 2025");
  });

  it("yesterday is yesterday across a 23-hour and a 25-hour day", () => {
    const spring = format("America/New_York", "2026-03-09T04:30:00.000Z");
    expect(spring.day("2026-03-08T05:30:00.000Z")).toBe("Yesterday");
    const autumn = format("America/New_York", "2026-11-02T05:30:00.000Z");
    expect(autumn.day("2026-11-01T04:30:00.000Z")).toBe("Yesterday");
  });
});

describe("start of a local day", () => {
  it.each([
    ["UTC", "2026-03-24", "2026-03-24T00:00:00.000Z"],
    ["America/Los_Angeles", "2026-01-15", "2026-01-15T08:00:00.000Z"],
    ["Pacific/Tongatapu", "2026-01-15", "2026-01-14T11:00:00.000Z"],
    ["Asia/Kathmandu", "2026-01-15", "2026-01-14T18:15:00.000Z"],
    // The days on which New York's clocks change, and the days after.
    ["America/New_York", "2026-03-08", "2026-03-08T05:00:00.000Z"],
    ["America/New_York", "2026-03-09", "2026-03-09T04:00:00.000Z"],
    ["America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z"],
    ["America/New_York", "2026-11-02", "2026-11-02T05:00:00.000Z"],
    // Beirut's clocks jump at midnight: the day starts at 01:00.
    ["Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00.000Z"],
    // Samoa had no 30 December 2011: the next day that exists.
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z"],
    ["America/Los_Angeles", "2026-01-01", "2026-01-01T08:00:00.000Z"],
  ])("in %s, %s starts at %s", (timeZone, key, start) => {
    expect(format(timeZone, start).startOfDay(key)).toBe(start);
  });
});

it("the full form names weekday, date and time", () => {
  const { full, time } = format("America/New_York", "2026-03-24T15:00:00.000Z", "en-US");
  expect(full("2026-03-24T15:04:00.000Z").replace(/\s/gu, " ")).toBe(
    "Tuesday, March 24, 2026 at 11:04 AM",
  );
  expect(time("2026-03-24T15:04:00.000Z").replace(/\s/gu, " ")).toBe("11:04 AM");
});

it("ignores a language name that Intl refuses", () => {
  expect(pickEnglishLocale(["en-US@posix"])).toBe("en-GB");
  expect(pickEnglishLocale(["de-CH", "en-AU", "en"])).toBe("en-AU");
});
