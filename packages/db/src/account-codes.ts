import { and, eq, lt, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { emailChanges, recoveryCodes } from "./schema.ts";

const MINUTES = 60;
const MAX_TRIES = 5;

export type AccountCodes = ReturnType<typeof createAccountCodes>;

/** The codes that the server makes itself, as hashes. Errors are AppError `unavailable`. */
export function createAccountCodes(db: Db) {
  return {
    /** Remembers the new address that a person asked for, in place of an earlier one, for an hour. */
    async keepEmailChange(user_uuid: string, email: string, code_hash: string): Promise<void> {
      const change = {
        ...{ email, code_hash, tries: 0 },
        expires_at: sql`now() + make_interval(mins => ${MINUTES})`,
      };
      await withAppErrors(() =>
        db
          .insert(emailChanges)
          .values({ user_uuid, ...change })
          .onConflictDoUpdate({ target: emailChanges.user_uuid, set: change }),
      );
    },

    /**
     * Tries the code of a new address, at most five times.
     * @returns the address; `wrong`, or `expired` when no code can be right any more
     */
    tryEmailCode(
      user_uuid: string,
      code_hash: string,
    ): Promise<{ email: string } | "wrong" | "expired"> {
      return withAppErrors(async () => {
        // Counted before it is compared, in one statement: tries at the same moment count each.
        const [change] = await db
          .update(emailChanges)
          .set({ tries: sql`${emailChanges.tries} + 1` })
          .where(
            sql`${emailChanges.user_uuid} = ${user_uuid} and ${emailChanges.expires_at} > now() and ${emailChanges.tries} < ${MAX_TRIES}`,
          )
          .returning();
        if (change === undefined) return "expired";
        return change.code_hash === code_hash ? { email: change.email } : "wrong";
      });
    },

    async dropEmailChange(user_uuid: string): Promise<void> {
      await withAppErrors(() =>
        db.delete(emailChanges).where(eq(emailChanges.user_uuid, user_uuid)),
      );
    },

    /** Remembers a person's recovery code, in place of an earlier one. */
    async keepRecoveryCode(user_uuid: string, code_hash: string): Promise<void> {
      await withAppErrors(() =>
        db
          .insert(recoveryCodes)
          .values({ user_uuid, code_hash })
          .onConflictDoUpdate({ target: recoveryCodes.user_uuid, set: { code_hash } }),
      );
    },

    /**
     * Deletes a person's recovery code if it is this one. Of several calls at the same time one returns
     * true, and a code that has replaced it stays.
     */
    spendRecoveryCode(user_uuid: string, code_hash: string): Promise<boolean> {
      const isThisOne = and(
        eq(recoveryCodes.user_uuid, user_uuid),
        eq(recoveryCodes.code_hash, code_hash),
      );
      return withAppErrors(async () => {
        const rows = await db.delete(recoveryCodes).where(isThisOne).returning();
        return rows.length > 0;
      });
    },

    /** Gives a recovery code back that was spent in vain, unless there is a newer one. */
    async returnRecoveryCode(user_uuid: string, code_hash: string): Promise<void> {
      await withAppErrors(() =>
        db.insert(recoveryCodes).values({ user_uuid, code_hash }).onConflictDoNothing(),
      );
    },

    async dropRecoveryCode(user_uuid: string): Promise<void> {
      await withAppErrors(() =>
        db.delete(recoveryCodes).where(eq(recoveryCodes.user_uuid, user_uuid)),
      );
    },

    async prune(): Promise<void> {
      await withAppErrors(() =>
        db.delete(emailChanges).where(lt(emailChanges.expires_at, sql`now()`)),
      );
    },
  };
}
