import { and, desc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { endedSessions, sessions, users } from "./schema.ts";
import type { SessionId } from "./session-records.ts";
import { toLine } from "./to-line.ts";

/** Where a session is used. */
export interface DeviceUse {
  /** The browser or program, as it names itself. */
  device: string;
  address: string;
}

/** A session that goes on, as its owner sees it. */
export interface DeviceSession extends DeviceUse {
  uuid: string;
  origin_jti: string;
  signed_in_at: Date;
  last_used_at: Date;
}

/** The life of a refresh token: a session that was not used for longer has ended by itself. */
const IDLE_DAYS = 30;
/** Longer than that, so that a device is known again for some time after its session ended. */
const KEPT_DAYS = 40;
const MAX_LISTED = 100;

export type Devices = ReturnType<typeof createDevices>;

const daysAgo = (days: number) => sql`now() - make_interval(days => ${days})`;

/** The condition that a session did not end with all others of its person. */
const isSinceLastEnding = or(
  isNull(users.sessions_ended_at),
  gt(sessions.signed_in_at, users.sessions_ended_at),
  eq(sessions.origin_jti, users.surviving_session),
);

/**
 * The condition that a session goes on, for a query of `sessions` joined with `users`, and by a left
 * join with `endedSessions`.
 */
export const goesOn = and(
  isNull(endedSessions.origin_jti),
  gt(sessions.last_used_at, daysAgo(IDLE_DAYS)),
  isSinceLastEnding,
);

/** Where people are signed in. Errors are AppError `unavailable`. */
export function createDevices(db: Db) {
  return {
    /** Records that a session was renewed; or, with its moment, that it was signed in. */
    async recordUse(
      { origin_jti, user_uuid }: SessionId,
      use: DeviceUse,
      signed_in_at?: Date,
    ): Promise<void> {
      const from = { device: toLine(use.device), address: toLine(use.address) };
      await withAppErrors(() =>
        db
          .insert(sessions)
          .values({ origin_jti, user_uuid, ...from, signed_in_at })
          .onConflictDoUpdate({
            target: sessions.origin_jti,
            set: { ...from, last_used_at: sql`now()` },
          }),
      );
    },

    /** True when a person has signed in with this browser or program from this address before. */
    isKnown(user_uuid: string, { device, address }: DeviceUse): Promise<boolean> {
      return withAppErrors(async () => {
        const rows = await db
          .select({ uuid: sessions.uuid })
          .from(sessions)
          .where(
            and(
              eq(sessions.user_uuid, user_uuid),
              eq(sessions.device, toLine(device)),
              eq(sessions.address, toLine(address)),
            ),
          )
          .limit(1);
        return rows.length > 0;
      });
    },

    /**
     * True when a person has signed in from this address since all their sessions ended last: whoever had
     * the old password may have signed in before.
     */
    isKnownAddress(user_uuid: string, address: string): Promise<boolean> {
      return withAppErrors(async () => {
        const rows = await db
          .select({ uuid: sessions.uuid })
          .from(sessions)
          .innerJoin(users, eq(users.uuid, sessions.user_uuid))
          .where(
            and(
              eq(sessions.user_uuid, user_uuid),
              eq(sessions.address, toLine(address)),
              isSinceLastEnding,
            ),
          )
          .limit(1);
        return rows.length > 0;
      });
    },

    /** The sessions of a person that go on, the last used first. */
    list(user_uuid: string): Promise<DeviceSession[]> {
      const columns = {
        uuid: sessions.uuid,
        origin_jti: sessions.origin_jti,
        device: sessions.device,
        address: sessions.address,
        signed_in_at: sessions.signed_in_at,
        last_used_at: sessions.last_used_at,
      };
      return withAppErrors(() =>
        db
          .select(columns)
          .from(sessions)
          .innerJoin(users, eq(users.uuid, sessions.user_uuid))
          .leftJoin(endedSessions, eq(endedSessions.origin_jti, sessions.origin_jti))
          .where(and(eq(sessions.user_uuid, user_uuid), goesOn))
          .orderBy(desc(sessions.last_used_at))
          .limit(MAX_LISTED),
      );
    },

    /** The session that a person's own list names by this uuid; null for any other. */
    find(user_uuid: string, uuid: string): Promise<SessionId | null> {
      return withAppErrors(async () => {
        const rows = await db
          .select({ origin_jti: sessions.origin_jti, user_uuid: sessions.user_uuid })
          .from(sessions)
          .where(and(eq(sessions.user_uuid, user_uuid), eq(sessions.uuid, uuid)));
        return rows[0] ?? null;
      });
    },

    async prune(): Promise<void> {
      await withAppErrors(() =>
        db.delete(sessions).where(lt(sessions.last_used_at, daysAgo(KEPT_DAYS))),
      );
    },
  };
}
