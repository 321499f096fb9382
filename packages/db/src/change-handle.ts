import { AppError } from "@cruddur/contract/errors";
import { handleSkeleton } from "@cruddur/contract/handles";
import { and, eq, lt, or, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { HANDLE_KEPT_DAYS, hashSkeleton, isKept } from "./kept-handles.ts";
import { keptHandles, type UserRow, users } from "./schema.ts";

/** A person can change their handle this often: each change tells everybody they write with. */
export const HANDLE_CHANGE_DAYS = 7;

export interface HandleChange {
  user_uuid: string;
  /** Already validated, and not reserved. */
  handle: string;
  /** The person's user name in the pool, which doesn't change. */
  pool_username: string;
}

/**
 * Gives a person another handle, and keeps the old one for them. Of several people who want one handle
 * at the same time, exactly one gets it. The same handle again changes nothing. Throws AppError
 * `handle_taken`, `handle_changed_recently`, and `unauthenticated` for an unknown person.
 */
export function changeHandle(db: Db, change: HandleChange): Promise<UserRow> {
  const { user_uuid, handle, pool_username } = change;
  return db.transaction(async (tx) => {
    const isPerson = eq(users.uuid, user_uuid);
    const [before] = await tx.select().from(users).where(isPerson).for("update");
    if (before === undefined) throw new AppError("unauthenticated");
    if (before.handle === handle) return before;
    // The update waits for everybody who is giving up this handle or taking it. Only afterwards does
    // this transaction see whether they have kept it.
    const [after] = await tx
      .update(users)
      .set({
        ...{ handle, pool_username, handle_changed_at: sql`now()` },
      })
      .where(
        and(
          isPerson,
          sql`coalesce(${users.handle_changed_at}, '-infinity') < now() - make_interval(days => ${HANDLE_CHANGE_DAYS})`,
        ),
      )
      .returning();
    if (after === undefined) throw new AppError("handle_changed_recently");
    if (await isKept(tx, handle, user_uuid)) throw new AppError("handle_taken");
    const wanted = eq(keptHandles.skeleton_hash, hashSkeleton(handle));
    const isFree = or(eq(keptHandles.user_uuid, user_uuid), lt(keptHandles.until, sql`now()`));
    await tx.delete(keptHandles).where(and(wanted, isFree));
    if (handleSkeleton(before.handle) === handleSkeleton(handle)) return after;
    const until = sql`now() + make_interval(days => ${HANDLE_KEPT_DAYS})`;
    const kept = { handle: before.handle, user_uuid, until };
    await tx
      .insert(keptHandles)
      .values({ skeleton_hash: hashSkeleton(before.handle), ...kept })
      .onConflictDoUpdate({ target: keptHandles.skeleton_hash, set: kept });
    return after;
  });
}
