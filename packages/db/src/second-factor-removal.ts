import { eq } from "drizzle-orm";
import type { Db } from "./client.ts";
import { endSessionsEverywhere } from "./end-sessions.ts";
import { withAppErrors } from "./errors.ts";
import { recoveryCodes } from "./schema.ts";
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
      await endSessionsEverywhere(tx, user_uuid);
      const event = { event: "second_factor_off", outcome: "ok", user_uuid, device } as const;
      await createSecurityEvents(tx).append(event);
    }),
  );
}
