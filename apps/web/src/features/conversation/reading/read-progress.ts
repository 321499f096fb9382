/** A message must have been in view for this long to count as read. */
export const READ_AFTER_MS = 1_000;

/**
 * Decides which message has been read from what was in view and when. All messages above the newest
 * visible one count as visible, because a read marker means "up to here".
 */
export function createReadProgress(marker: string) {
  let read = marker;
  /** The newest visible messages, each with the time since which it or a newer one was in view. */
  let candidates: { uuid: string; sinceMs: number }[] = [];

  return {
    /** @param uuid the newest visible message, or null while nobody looks at the page */
    setVisible(uuid: string | null, nowMs: number): void {
      if (uuid === null) {
        candidates = [];
        return;
      }
      candidates = candidates.filter((candidate) => candidate.uuid <= uuid);
      const newest = candidates.at(-1)?.uuid ?? read;
      if (uuid > newest) candidates.push({ uuid, sinceMs: nowMs });
    },

    /** @returns the newest message that has been read since the last call, or null */
    takeRead(nowMs: number): string | null {
      const done = candidates.findLast(({ sinceMs }) => nowMs - sinceMs >= READ_AFTER_MS);
      if (done === undefined) return null;
      candidates = candidates.filter(({ uuid }) => uuid > done.uuid);
      read = done.uuid;
      return done.uuid;
    },

    /** Takes everything up to a message as read. */
    skipTo(uuid: string): void {
      if (uuid > read) read = uuid;
      candidates = candidates.filter((candidate) => candidate.uuid > uuid);
    },

    /** When `takeRead` may next return a message; null while no unread message is in view. */
    dueMs(): number | null {
      const first = candidates[0];
      return first === undefined ? null : first.sinceMs + READ_AFTER_MS;
    },
  };
}
