import { AppError } from "@cruddur/contract/errors";
import { and, eq, isNotNull, isNull, lte, or, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { HANDLE_RESERVED_DAYS, hashSkeleton } from "./kept-handles.ts";
import {
  endedSessions,
  erasures,
  keptHandles,
  securityEvents,
  sessions,
  spentRefreshTokens,
  users,
} from "./schema.ts";

/** How long an erasure can be undone. */
export const ERASURE_DELAY_DAYS = 7;

export type Erasure = typeof erasures.$inferSelect;
export type Erasures = ReturnType<typeof createErasures>;

/**
 * Which accounts are to be erased, and what Postgres holds about them. Errors are AppError
 * `unavailable`.
 */
export function createErasures(db: Db) {
  const of = (user_uuid: string) => eq(erasures.user_uuid, user_uuid);

  return {
    /** Asks for an erasure in 7 days. One that was asked for before keeps its day. */
    request(user_uuid: string): Promise<Erasure> {
      const due_at = sql`now() + make_interval(days => ${ERASURE_DELAY_DAYS})`;
      return withAppErrors(async () => {
        await db.insert(erasures).values({ user_uuid, due_at }).onConflictDoNothing();
        const [erasure] = await db.select().from(erasures).where(of(user_uuid));
        if (erasure === undefined) throw new AppError("unavailable", { retryAfterSeconds: 1 });
        return erasure;
      });
    },

    /** Keeps the account. Returns false where there is nothing to keep: no erasure, or one that has started. */
    cancel(user_uuid: string): Promise<boolean> {
      return withAppErrors(async () => {
        const rows = await db
          .delete(erasures)
          .where(and(of(user_uuid), isNull(erasures.started_at)))
          .returning({ user_uuid: erasures.user_uuid });
        return rows.length > 0;
      });
    },

    find(user_uuid: string): Promise<Erasure | null> {
      return withAppErrors(
        async () => (await db.select().from(erasures).where(of(user_uuid)))[0] ?? null,
      );
    },

    /** The erasure of whoever had a handle, where it was started and cut off; null for any other handle. */
    findStarted(handle: string): Promise<Erasure | null> {
      const isStarted = and(isNotNull(erasures.started_at), isNull(erasures.finished_at));
      return withAppErrors(async () => {
        const ofHandle = and(eq(erasures.handle, handle), isStarted);
        return (await db.select().from(erasures).where(ofHandle))[0] ?? null;
      });
    },

    /** Erasures whose day has come, and those that started and have not finished, the oldest first. */
    listDue(limit: number): Promise<Erasure[]> {
      const isDue = or(lte(erasures.due_at, sql`now()`), isNotNull(erasures.started_at));
      return withAppErrors(() =>
        db
          .select()
          .from(erasures)
          .where(and(isNull(erasures.finished_at), isDue))
          .orderBy(erasures.due_at)
          .limit(limit),
      );
    },

    /** Starts an erasure, whether or not anybody asked for it. From now on it can't be undone. */
    async start(user_uuid: string): Promise<void> {
      const started = {
        started_at: sql`coalesce(${erasures.started_at}, now())`,
        handle: sql`coalesce(${erasures.handle}, (select handle from ${users} where uuid = ${user_uuid}))`,
      };
      await withAppErrors(async () => {
        await db.insert(erasures).values({ user_uuid, due_at: sql`now()` }).onConflictDoNothing();
        await db
          .update(erasures)
          .set(started)
          .where(and(of(user_uuid), isNull(erasures.finished_at)));
      });
    },

    /** Removes who it was from the events of the audit log. Call it while the person's row exists. */
    async eraseEvents(user_uuid: string): Promise<void> {
      const names = sql`select unnest(array[handle, email, pool_username]) from ${users} where uuid = ${user_uuid} union select handle from ${keptHandles} where user_uuid = ${user_uuid}`;
      const isTheirs = sql`(${securityEvents.user_uuid} = ${user_uuid} or (${securityEvents.user_uuid} is null and ${securityEvents.handle} in (${names})))`;
      const hasDetail = sql`num_nonnulls(${securityEvents.handle}, ${securityEvents.address}, ${securityEvents.device}) > 0`;
      await withAppErrors(() =>
        db
          .update(securityEvents)
          .set({ handle: null, address: null, device: null })
          .where(and(isTheirs, hasDetail)),
      );
    },

    /** Deletes the person's row and sessions, and reserves their handles for a year, in one transaction. */
    async erasePerson(user_uuid: string): Promise<void> {
      const until = sql`now() + make_interval(days => ${HANDLE_RESERVED_DAYS})`;
      await withAppErrors(() =>
        db.transaction(async (tx) => {
          const [person] = await tx
            .select()
            .from(users)
            .where(eq(users.uuid, user_uuid))
            .for("update");
          const isOwned = eq(keptHandles.user_uuid, user_uuid);
          await tx.update(keptHandles).set({ handle: null, user_uuid: null, until }).where(isOwned);
          for (const handle of [person?.handle, person?.pool_username]) {
            if (handle == null) continue;
            const reserved = { handle: null, user_uuid: null, until };
            await tx
              .insert(keptHandles)
              .values({ skeleton_hash: hashSkeleton(handle), ...reserved })
              .onConflictDoUpdate({ target: keptHandles.skeleton_hash, set: reserved });
          }
          for (const table of [endedSessions, spentRefreshTokens, sessions]) {
            await tx.delete(table).where(eq(table.user_uuid, user_uuid));
          }
          await tx.delete(users).where(eq(users.uuid, user_uuid));
        }),
      );
    },

    /** Marks an erasure as finished and forgets the handle. */
    async finish(user_uuid: string): Promise<void> {
      const finished = { finished_at: sql`coalesce(${erasures.finished_at}, now())`, handle: null };
      await withAppErrors(() => db.update(erasures).set(finished).where(of(user_uuid)));
    },
  };
}
