/** A row must have been in view this long to count as read. */
export const READ_AFTER_MS = 1_000;

/**
 * Decides which message has been read from what was in view when. Everything above the newest
 * visible row counts as visible: a marker says "up to here".
 */
export function createReadProgress(marker: string) {
  let read = marker;
  /** Newest visible rows with the time since which they, or newer ones, have been in view. */
  let candidates: { uuid: string; sinceMs: number }[] = [];

  return {
    /** @param uuid the newest visible message, or null while nobody looks at the page */
    look(uuid: string | null, nowMs: number): void {
      if (uuid === null) candidates = [];
      else {
        candidates = candidates.filter((candidate) => candidate.uuid <= uuid);
        const newest = candidates.at(-1)?.uuid ?? read;
        if (uuid > newest) candidates.push({ uuid, sinceMs: nowMs });
      }
    },

    /** @returns the newest message that has been read since the last call, or null */
    take(nowMs: number): string | null {
      const done = candidates.findLast(({ sinceMs }) => nowMs - sinceMs >= READ_AFTER_MS);
      if (done === undefined) return null;
      candidates = candidates.filter(({ uuid }) => uuid > done.uuid);
      read = done.uuid;
      return done.uuid;
    },

    /** When `take` may next have something, in ms since the epoch; null while nothing is in view. */
    dueMs(): number | null {
      const first = candidates[0];
      return first === undefined ? null : first.sinceMs + READ_AFTER_MS;
    },
  };
}
