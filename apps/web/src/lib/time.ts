import { serverNow } from "./clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** From this age on, the name of the day is clearer than a number of hours. */
const HOURS_SHOWN = 12;

/** A moment, as the API sends it (ISO 8601, UTC) or in ms since the epoch. */
export type Moment = string | number;

export interface TimeFormatOptions {
  /** BCP 47. Default: the person's variety of English, or British English. */
  locale?: string;
  /** BCP 47. Whose clock to show. Default: the person's first language, English or not. */
  clockLocale?: string;
  /** IANA name. Default: the viewer's time zone. */
  timeZone?: string;
  /** The present in ms since the epoch. Default: this device's clock, corrected by the server's. */
  now?: () => number;
}

export type TimeFormat = ReturnType<typeof createTimeFormat>;

/** All formats of time in the app, in one time zone, so that ages, days and dates agree. */
export function createTimeFormat(options: TimeFormatOptions = {}) {
  const { locale, timeZone, now = serverNow } = options;
  const languages = globalThis.navigator?.languages ?? [];
  const language = locale ?? pickEnglishLocale(languages);
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { timeZone, ...options });
  const time = createClock(options.clockLocale ?? locale ?? languages[0] ?? language, timeZone);
  const { hourCycle } = time.resolvedOptions();
  const weekdayShort = format({ weekday: "short" });
  const weekdayLong = format({ weekday: "long" });
  const monthDay = format({ day: "numeric", month: "short" });
  const monthDayYear = format({ day: "numeric", month: "short", year: "numeric" });
  const longDay = format({ weekday: "long", day: "numeric", month: "long" });
  const longDayYear = format({ day: "numeric", month: "long", year: "numeric" });
  const full = format({ dateStyle: "full", timeStyle: "short", hourCycle });
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });

  /** The local calendar day of a moment, `YYYY-MM-DD`. */
  function dayKey(moment: Moment): string {
    const found: Record<string, string> = {};
    for (const { type, value } of parts.formatToParts(toMs(moment))) found[type] = value;
    return `${(found.year ?? "").padStart(4, "0")}-${found.month}-${found.day}`;
  }

  /** Calendar days from a moment to the present: 0 for today, 1 for yesterday, negative in the future. */
  function daysAgo(moment: Moment): number {
    return (dayKeyUtcMs(dayKey(now())) - dayKeyUtcMs(dayKey(moment))) / DAY_MS;
  }

  const sameYear = (moment: Moment) => dayKey(moment).slice(0, 4) === dayKey(now()).slice(0, 4);

  /** The name of a day for separators: "Today", "Yesterday", "Tuesday", "Tuesday 24 March", "24 March 2025". */
  function day(moment: Moment): string {
    const days = daysAgo(moment);
    if (days === 0) return "Today";
    if (days === 1) return "Yesterday";
    if (days > 1 && days < 7) return weekdayLong.format(toMs(moment));
    return (sameYear(moment) ? longDay : longDayYear).format(toMs(moment));
  }

  return {
    dayKey,

    /** The moment of a conversation in lists: "14:05" today, then "Yesterday", "Mon", "24 Mar", "24 Mar 2025". */
    when(moment: Moment): string {
      const days = daysAgo(moment);
      if (days <= 0) return time.format(toMs(moment));
      if (days === 1) return "Yesterday";
      if (days < 7) return weekdayShort.format(toMs(moment));
      return (sameYear(moment) ? monthDay : monthDayYear).format(toMs(moment));
    },

    /** Short age: "now", "3m", "5h", "Yesterday", "Mon", "24 Mar", "24 Mar 2025". */
    ago(moment: Moment): string {
      const ageMs = now() - toMs(moment);
      if (ageMs < MINUTE_MS) return "now";
      if (ageMs < HOUR_MS) return `${Math.floor(ageMs / MINUTE_MS)}m`;
      const days = daysAgo(moment);
      if (days === 0 || ageMs < HOURS_SHOWN * HOUR_MS) return `${Math.floor(ageMs / HOUR_MS)}h`;
      if (days === 1) return "Yesterday";
      if (days < 7) return weekdayShort.format(toMs(moment));
      return (sameYear(moment) ? monthDay : monthDayYear).format(toMs(moment));
    },

    /** Time of day in the clock's own short style: "14:05", "09:05" or "2:05 PM". */
    time: (moment: Moment) => time.format(toMs(moment)),

    /** The full date and time, for hover and screen readers. */
    full: (moment: Moment) => full.format(toMs(moment)),

    /** A day with its year: "24 Mar 2025". */
    date: (moment: Moment) => monthDayYear.format(toMs(moment)),

    day,

    /** Time of day, with the day unless it is today: "14:05", "yesterday, 14:05", "Tuesday, 14:05". */
    moment(moment: Moment): string {
      const name = day(moment).replace("Yesterday", "yesterday");
      const clock = time.format(toMs(moment));
      return name === "Today" ? clock : `${name}, ${clock}`;
    },

    /**
     * The first moment of a local day as ISO 8601 UTC. It is searched for, because a day starts at
     * 01:00 where clocks change at midnight.
     * @param key `YYYY-MM-DD`, such as a date input's value
     */
    startOfDay(key: string): string {
      let before = dayKeyUtcMs(key) - 36 * HOUR_MS;
      let after = dayKeyUtcMs(key) + 36 * HOUR_MS;
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2);
        if (dayKey(middle) < key) before = middle;
        else after = middle;
      }
      return new Date(after).toISOString();
    },
  };
}

/** The format of the viewer's language and time zone. */
export const timeFormat = createTimeFormat();

/** The first English locale that `Intl` accepts. Some systems have names such as "en-US@posix". */
export function pickEnglishLocale(languages: readonly string[]): string {
  const isUsable = (language: string) => /^en(-[a-z0-9]+)*$/i.test(language);
  return languages.find(isUsable) ?? "en-GB";
}

/** The clock of a locale in its own short style, in Latin digits like the rest of the page. */
function createClock(locale: string, timeZone: string | undefined): Intl.DateTimeFormat {
  const options = { timeZone, timeStyle: "short", numberingSystem: "latn" } as const;
  try {
    return new Intl.DateTimeFormat(locale, options);
  } catch {
    return new Intl.DateTimeFormat("en-GB", options);
  }
}

function toMs(moment: Moment): number {
  return typeof moment === "number" ? moment : Date.parse(moment);
}

function dayKeyUtcMs(key: string): number {
  return Date.parse(`${key}T00:00:00.000Z`);
}
