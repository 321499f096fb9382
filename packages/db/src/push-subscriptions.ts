import { and, desc, eq, inArray, notInArray, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { goesOn } from "./devices.ts";
import { withAppErrors } from "./errors.ts";
import { endedSessions, pushSubscriptions, sessions, users } from "./schema.ts";
import type { SessionId } from "./session-records.ts";

/** Where and how a push reaches one browser. */
export interface PushSubscriptionKeys {
  endpoint: string;
  p256dh: string;
  auth: string;
}

/** A browser to tell, with the settings of the person that decide what it is told. */
export interface PushReceiver extends PushSubscriptionKeys {
  user_uuid: string;
  mentions_break_mutes: boolean;
}

/** More browsers than a person uses; the oldest ones make room. */
const MAX_PER_PERSON = 20;

export type PushSubscriptions = ReturnType<typeof createPushSubscriptions>;

/** The browsers that asked for pushes. Errors are AppError `unavailable`. */
export function createPushSubscriptions(db: Db) {
  return {
    /** Keeps a browser's subscription with the session that asked for it; again with the same one. */
    async put(
      { user_uuid, origin_jti }: SessionId,
      { endpoint, p256dh, auth }: PushSubscriptionKeys,
    ): Promise<void> {
      const set = { user_uuid, origin_jti, p256dh, auth, subscribed_at: sql`now()` };
      await withAppErrors(async () => {
        await db
          .insert(pushSubscriptions)
          .values({ endpoint, user_uuid, origin_jti, p256dh, auth })
          .onConflictDoUpdate({ target: pushSubscriptions.endpoint, set });
        const newest = db
          .select({ endpoint: pushSubscriptions.endpoint })
          .from(pushSubscriptions)
          .where(eq(pushSubscriptions.user_uuid, user_uuid))
          .orderBy(desc(pushSubscriptions.subscribed_at))
          .limit(MAX_PER_PERSON);
        await db
          .delete(pushSubscriptions)
          .where(
            and(
              eq(pushSubscriptions.user_uuid, user_uuid),
              notInArray(pushSubscriptions.endpoint, newest),
            ),
          );
      });
    },

    /** Forgets a person's own subscription. Forgetting an unknown one is no error. */
    async remove(user_uuid: string, endpoint: string): Promise<void> {
      await withAppErrors(() =>
        db
          .delete(pushSubscriptions)
          .where(
            and(
              eq(pushSubscriptions.endpoint, endpoint),
              eq(pushSubscriptions.user_uuid, user_uuid),
            ),
          ),
      );
    },

    /** Forgets a subscription that its push service no longer knows. */
    async drop(endpoint: string): Promise<void> {
      await withAppErrors(() =>
        db.delete(pushSubscriptions).where(eq(pushSubscriptions.endpoint, endpoint)),
      );
    },

    /** The browsers of these people whose session goes on, however it could have ended. */
    listReceivers(user_uuids: readonly string[]): Promise<PushReceiver[]> {
      if (user_uuids.length === 0) return Promise.resolve([]);
      return withAppErrors(() =>
        db
          .select({
            user_uuid: pushSubscriptions.user_uuid,
            endpoint: pushSubscriptions.endpoint,
            p256dh: pushSubscriptions.p256dh,
            auth: pushSubscriptions.auth,
            mentions_break_mutes: users.mentions_break_mutes,
          })
          .from(pushSubscriptions)
          .innerJoin(users, eq(users.uuid, pushSubscriptions.user_uuid))
          .innerJoin(sessions, eq(sessions.origin_jti, pushSubscriptions.origin_jti))
          .leftJoin(endedSessions, eq(endedSessions.origin_jti, pushSubscriptions.origin_jti))
          .where(and(inArray(pushSubscriptions.user_uuid, [...user_uuids]), goesOn)),
      );
    },

    /** Deletes what belongs to sessions that have ended. */
    async prune(): Promise<void> {
      const alive = db
        .select({ origin_jti: sessions.origin_jti })
        .from(sessions)
        .innerJoin(users, eq(users.uuid, sessions.user_uuid))
        .leftJoin(endedSessions, eq(endedSessions.origin_jti, sessions.origin_jti))
        .where(goesOn);
      await withAppErrors(() =>
        db.delete(pushSubscriptions).where(notInArray(pushSubscriptions.origin_jti, alive)),
      );
    },
  };
}
