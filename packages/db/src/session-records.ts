import { and, eq, gt, lt, ne, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { endedSessions, pushSubscriptions, sessions, spentRefreshTokens, users } from "./schema.ts";

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
    .select({ ended_at: endedSessions.ended_at })
    .from(endedSessions)
    .where(eq(endedSessions.origin_jti, sql.placeholder("origin_jti")))
    .prepare("ended_session");
  const signedInByJti = db
    .select({ signed_in_at: sessions.signed_in_at })
    .from(sessions)
    .where(eq(sessions.origin_jti, sql.placeholder("origin_jti")))
    .prepare("signed_in_session");

  return {
    /** Whether a session ended by itself, and when it was signed in; null where that isn't known. */
    findSession(origin_jti: string): Promise<{ isEnded: boolean; signed_in_at: Date | null }> {
      return withAppErrors(async () => {
        const [ended, signedIn] = await Promise.all([
          endedByJti.execute({ origin_jti }),
          signedInByJti.execute({ origin_jti }),
        ]);
        return { isEnded: ended.length > 0, signed_in_at: signedIn[0]?.signed_in_at ?? null };
      });
    },

    /** The database's time, by which all servers compare sign-ins and endings. */
    now(): Promise<Date> {
      return withAppErrors(async () => {
        const { rows } = await db.execute<{ now: string }>(sql`select now()::text as now`);
        return new Date(rows[0]?.now ?? Number.NaN);
      });
    },

    /** Ends one session. Returns false when it had ended already. */
    endSession(session: SessionId): Promise<boolean> {
      return withAppErrors(async () => {
        const rows = await db
          .insert(endedSessions)
          .values(session)
          .onConflictDoNothing()
          .returning({ origin_jti: endedSessions.origin_jti });
        await db
          .delete(pushSubscriptions)
          .where(eq(pushSubscriptions.origin_jti, session.origin_jti));
        return rows.length > 0;
      });
    },

    /**
     * Ends all sessions of a person that were signed in until now.
     * @param except the `origin_jti` of the session that goes on
     */
    async endAllSessions(user_uuid: string, except: string | null = null): Promise<void> {
      const ending = { sessions_ended_at: sql`now()`, surviving_session: except };
      const ofOthers = and(
        eq(pushSubscriptions.user_uuid, user_uuid),
        ne(pushSubscriptions.origin_jti, except ?? ""),
      );
      await withAppErrors(async () => {
        await db.update(users).set(ending).where(eq(users.uuid, user_uuid));
        await db.delete(pushSubscriptions).where(ofOthers);
      });
    },

    /** Whether an access token of the person may have been valid today: none lives longer than a day. */
    wasActiveToday(user_uuid: string): Promise<boolean> {
      const used = gt(sessions.last_used_at, sql`now() - interval '1 day'`);
      return withAppErrors(async () => {
        const ofPerson = and(eq(sessions.user_uuid, user_uuid), used);
        const rows = await db
          .select({ user_uuid: sessions.user_uuid })
          .from(sessions)
          .where(ofPerson)
          .limit(1);
        return rows.length > 0;
      });
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
