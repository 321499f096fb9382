import { SESSIONS_ENDED_CHANNEL } from "@cruddur/contract/notifications";
import { eq, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { recoveryCodes, users } from "./schema.ts";
import { createSecurityEvents } from "./security-events.ts";

/**
 * Records that an operator turned a person's second factor off in the user pool: deletes the recovery
 * code, ends all sessions on every server, because the lost device may be signed in, and appends to the
 * audit log. It is one transaction, and safe to repeat. Throws AppError `unavailable`.
 * @param device what the audit log names as the program
 */
export async function recordSecondFactorRemoval(
  db: Db,
  user_uuid: string,
  device: string,
): Promise<void> {
  await withAppErrors(() =>
    db.transaction(async (tx) => {
      await tx.delete(recoveryCodes).where(eq(recoveryCodes.user_uuid, user_uuid));
      const ending = { sessions_ended_at: sql`now()`, surviving_session: null };
      await tx.update(users).set(ending).where(eq(users.uuid, user_uuid));
      const event = { event: "second_factor_off", outcome: "ok", user_uuid, device } as const;
      await createSecurityEvents(tx).append(event);
      await tx.execute(sql`select pg_notify(${SESSIONS_ENDED_CHANNEL}, ${user_uuid})`);
    }),
  );
}
