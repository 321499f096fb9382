import { eq, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { endSessionsEverywhere } from "./end-sessions.ts";
import { withAppErrors } from "./errors.ts";
import { users } from "./schema.ts";
import { createSecurityEvents } from "./security-events.ts";

/**
 * Keeps people from signing in, and lets them again. Each change is one transaction with its audit
 * event and, of a suspension, the notification that ends live connections on every server. Repeating a
 * change is safe. Errors are AppError `unavailable`.
 */
export function createSuspensions(db: Db) {
  return {
    async suspend(user_uuid: string): Promise<void> {
      await withAppErrors(() =>
        db.transaction(async (tx) => {
          const suspension = { suspended_at: sql`coalesce(${users.suspended_at}, now())` };
          await tx.update(users).set(suspension).where(eq(users.uuid, user_uuid));
          await endSessionsEverywhere(tx, user_uuid);
          const event = { event: "suspended", outcome: "ok", user_uuid } as const;
          await createSecurityEvents(tx).append(event);
        }),
      );
    },

    /** The sessions of before stay ended. */
    async restore(user_uuid: string): Promise<void> {
      await withAppErrors(() =>
        db.transaction(async (tx) => {
          await tx.update(users).set({ suspended_at: null }).where(eq(users.uuid, user_uuid));
          const event = { event: "restored", outcome: "ok", user_uuid } as const;
          await createSecurityEvents(tx).append(event);
        }),
      );
    },
  };
}
