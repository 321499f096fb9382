import { AppError } from "@cruddur/contract/errors";
import { BulkheadRejectedError, bulkhead } from "cockatiel";

/** How much of something dear may be under way at the same time. */
export interface TurnsOptions {
  /** In this process. */
  atOnce: number;
  /** What may wait, of everybody. */
  waiting: number;
  /** What one person may have under way and waiting. It is done one after the other. */
  ofPerson: number;
}

/**
 * Lets each person do one dear thing at a time, and the process a few, so that nobody takes the
 * connections to Postgres or its processor from everybody else.
 */
export function createTurns({ atOnce, waiting, ofPerson }: TurnsOptions) {
  const all = bulkhead(atOnce, waiting);
  const people = new Map<string, { count: number; last: Promise<unknown> }>();

  return {
    /** Throws `rate_limited` when the person has too much under way, `unavailable` when all have. */
    async run<Result>(user_uuid: string, work: () => Promise<Result>): Promise<Result> {
      const own = people.get(user_uuid) ?? { count: 0, last: Promise.resolve() };
      if (own.count >= ofPerson) throw new AppError("rate_limited", { retryAfterSeconds: 1 });
      own.count += 1;
      people.set(user_uuid, own);
      const turn = own.last.then(() => all.execute(work));
      own.last = turn.catch(() => {});
      try {
        return await turn;
      } catch (error) {
        if (!(error instanceof BulkheadRejectedError)) throw error;
        throw new AppError("unavailable", { cause: error, retryAfterSeconds: 1 });
      } finally {
        own.count -= 1;
        if (own.count === 0) people.delete(user_uuid);
      }
    },
  };
}
