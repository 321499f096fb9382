import { AppError } from "@cruddur/contract/errors";
import { bulkhead } from "cockatiel";

/** The bytes that one request has read and its client hasn't received yet. */
export interface HeldBytes {
  bytes: number;
  /** True when the answer was received or its connection has ended. */
  isReleased: boolean;
  /** Pages that are being read. */
  reading: number;
  /** Ends with the pages that have begun; a page that there may be no room for waits for it. */
  turn: Promise<unknown>;
  onRelease: (() => void) | undefined;
}

export const createHeldBytes = (): HeldBytes => ({
  bytes: 0,
  isReleased: false,
  reading: 0,
  turn: Promise.resolve(),
  onRelease: undefined,
});

/** Called once when the response has been received or its connection has ended. */
export function releaseHeldBytes(held: HeldBytes): void {
  held.isReleased = true;
  held.onRelease?.();
}

const KIB = 1024;
const BUDGET = {
  /** Of one answer; a batch has one. */
  answerBytes: 1024 * KIB,
  /** What a page counts as while it is being read: most pages take less. */
  pageBytes: 256 * KIB,
  /** Of one person's answers that are under way at the same time. */
  personBytes: 4096 * KIB,
  /** Of all answers of the process, which takes about three times as much for them. */
  totalBytes: 16 * 1024 * KIB,
  /** Pages that are read from the table at the same time, each of up to 1 MB. */
  concurrentReads: 16,
};

export type PageBudget = ReturnType<typeof createPageBudget>;

/**
 * Bounds the memory that answers under way take, however slowly clients read them: a page counts in
 * full while it is read, and then by its bytes until its answer has left the process.
 */
export function createPageBudget(budget: typeof BUDGET = BUDGET) {
  const reads = bulkhead(budget.concurrentReads, Number.POSITIVE_INFINITY);
  const ofPerson = new Map<string, number>();
  let total = 0;

  function add(user_uuid: string, bytes: number): void {
    total += bytes;
    const left = (ofPerson.get(user_uuid) ?? 0) + bytes;
    if (left === 0) ofPerson.delete(user_uuid);
    else ofPerson.set(user_uuid, left);
  }

  function hold(user_uuid: string, held: HeldBytes, bytes: number): void {
    add(user_uuid, bytes);
    held.bytes += bytes;
    held.onRelease ??= () => add(user_uuid, -held.bytes);
  }

  function requireRoom(user_uuid: string, held: HeldBytes): void {
    const isPersonsShareUsed = (ofPerson.get(user_uuid) ?? 0) >= budget.personBytes;
    if (held.bytes >= budget.answerBytes || isPersonsShareUsed) {
      throw new AppError("rate_limited", { retryAfterSeconds: 1 });
    }
    if (total >= budget.totalBytes) throw new AppError("unavailable", { retryAfterSeconds: 1 });
  }

  return {
    /**
     * Reads a page for a person's answer. Throws `rate_limited` when the answer or the person's other
     * answers already hold their share, `unavailable` when the process does.
     */
    read<Page>(
      { user_uuid, held }: { user_uuid: string; held: HeldBytes },
      read: () => Promise<Page>,
      bytesOf: (page: Page) => number,
    ): Promise<Page> {
      // The pages of one answer are read at the same time as long as there is room for all of them, and
      // otherwise in turn, so that each sees what the others hold.
      const isRoomSure = held.bytes + (held.reading + 1) * budget.pageBytes <= budget.answerBytes;
      held.reading += 1;
      const turn = (isRoomSure ? Promise.resolve() : held.turn).then(() =>
        reads.execute(async () => {
          requireRoom(user_uuid, held);
          add(user_uuid, budget.pageBytes);
          try {
            const page = await read();
            if (!held.isReleased) hold(user_uuid, held, bytesOf(page));
            return page;
          } finally {
            add(user_uuid, -budget.pageBytes);
          }
        }),
      );
      const ended = turn.then(
        () => {},
        () => {},
      );
      held.turn = Promise.all([held.turn, ended.then(() => (held.reading -= 1))]);
      return turn;
    },
    /** Bytes held by all answers under way, and reserved for pages that are being read. */
    heldBytes: (): number => total,
  };
}
