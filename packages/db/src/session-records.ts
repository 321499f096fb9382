import { eq, lt, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { endedSessions, spentRefreshTokens, users } from "./schema.ts";

/** Names one session: the `origin_jti` of its tokens, and whose it is. */
export interface SessionId {
  origin_jti: string;
  user_uuid: string;
}

/** Longer than the life of a refresh token, 30 days: what was ended stays so. */
const KEPT_DAYS = 40;

export type SessionRecords = ReturnType<typeof createSessionRecords>;

/** Which sessions have ended, for all servers and over restarts. Errors are AppError `unavailable`. */
export function createSessionRecords(db: Db) {
  const endedByJti = db
    .select({ origin_jti: endedSessions.origin_jti })
    .from(endedSessions)
    .where(eq(endedSessions.origin_jti, sql.placeholder("origin_jti")))
    .prepare("ended_session");

  return {
    isEnded(origin_jti: string): Promise<boolean> {
      return withAppErrors(async () => (await endedByJti.execute({ origin_jti })).length > 0);
    },

    /** Ends one session. Returns false when it had ended already. */
    endSession(session: SessionId): Promise<boolean> {
      return withAppErrors(async () => {
        const rows = await db
          .insert(endedSessions)
          .values(session)
          .onConflictDoNothing()
          .returning({ origin_jti: endedSessions.origin_jti });
        return rows.length > 0;
      });
    },

    /** Ends all sessions of a person that were signed in until now. */
    async endAllSessions(user_uuid: string): Promise<void> {
      await withAppErrors(() =>
        db.update(users).set({ sessions_ended_at: sql`now()` }).where(eq(users.uuid, user_uuid)),
      );
    },

    /** Remembers a refresh token that has a successor. */
    async recordSpentToken(token_hash: string, session: SessionId): Promise<void> {
      await withAppErrors(() =>
        db
          .insert(spentRefreshTokens)
          .values({ token_hash, ...session })
          .onConflictDoNothing(),
      );
    },

    /** The session of a refresh token that has a successor; null for any other. */
    findSpentToken(token_hash: string): Promise<SessionId | null> {
      return withAppErrors(async () => {
        const rows = await db
          .select({
            origin_jti: spentRefreshTokens.origin_jti,
            user_uuid: spentRefreshTokens.user_uuid,
          })
          .from(spentRefreshTokens)
          .where(eq(spentRefreshTokens.token_hash, token_hash));
        return rows[0] ?? null;
      });
    },

    /** Deletes what is about sessions that no token can belong to any more. */
    async prune(): Promise<void> {
      const border = sql`now() - make_interval(days => ${KEPT_DAYS})`;
      await withAppErrors(async () => {
        await db.delete(endedSessions).where(lt(endedSessions.ended_at, border));
        await db.delete(spentRefreshTokens).where(lt(spentRefreshTokens.spent_at, border));
      });
    },
  };
}
