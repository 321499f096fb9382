import { AppError } from "@cruddur/contract/errors";
import { and, asc, eq, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { passkeys, users } from "./schema.ts";
import { toLine } from "./to-line.ts";

export interface PasskeyRow {
  uuid: string;
  /** The browser or program in which it was added, as it names itself. */
  device: string;
  created_at: Date;
  last_used_at: Date | null;
}

export type PasskeyRecords = ReturnType<typeof createPasskeyRecords>;

/**
 * The passkeys that may sign in. The user pool holds their keys, and shows them to nobody but a token
 * that may act on the account; a password reset, which has none, takes them away here. Errors are
 * AppError `unavailable`.
 */
export function createPasskeyRecords(db: Db) {
  const ofPerson = (user_uuid: string) => eq(passkeys.user_uuid, user_uuid);
  const lastEnding = { sessions_ended_at: users.sessions_ended_at };
  const isCredential = (id: string) => eq(passkeys.credential_id, id);

  return {
    /** When all sessions of a person ended last; null for never, and for an unknown person. */
    findLastEnding(user_uuid: string): Promise<Date | null> {
      return withAppErrors(async () => {
        const [user] = await db.select(lastEnding).from(users).where(eq(users.uuid, user_uuid));
        return user?.sessions_ended_at ?? null;
      });
    },

    /**
     * Adds a passkey, unless it is known already, or all sessions of the person have ended since it was
     * begun, for example by a password reset: who began it may be the thief whom that locked out.
     * @param last_ending from `findLastEnding`, before the password was checked
     * @throws AppError `passkey_refused`
     */
    async add(
      { device, ...passkey }: { credential_id: string; user_uuid: string; device: string },
      last_ending: Date | null,
    ): Promise<void> {
      await withAppErrors(() =>
        db.transaction(async (tx) => {
          // The lock lets no ending pass before the passkey can be seen, and taken away.
          const [user] = await tx
            .select(lastEnding)
            .from(users)
            .where(eq(users.uuid, passkey.user_uuid))
            .for("share");
          if (user?.sessions_ended_at?.getTime() !== last_ending?.getTime()) {
            throw new AppError("passkey_refused");
          }
          const added = await tx
            .insert(passkeys)
            .values({ ...passkey, device: toLine(device) })
            .onConflictDoNothing()
            .returning();
          if (added.length === 0) throw new AppError("passkey_refused");
        }),
      );
    },

    /** The passkeys of a person, the oldest first. */
    list(user_uuid: string): Promise<(PasskeyRow & { credential_id: string })[]> {
      return withAppErrors(() =>
        db
          .select({
            credential_id: passkeys.credential_id,
            uuid: passkeys.uuid,
            device: passkeys.device,
            created_at: passkeys.created_at,
            last_used_at: passkeys.last_used_at,
          })
          .from(passkeys)
          .where(ofPerson(user_uuid))
          .orderBy(asc(passkeys.created_at)),
      );
    },

    /** @returns whose passkey it is; null for one that may not sign in */
    findOwner(credential_id: string): Promise<string | null> {
      return withAppErrors(async () => {
        const [row] = await db
          .select({ user_uuid: passkeys.user_uuid })
          .from(passkeys)
          .where(isCredential(credential_id));
        return row?.user_uuid ?? null;
      });
    },

    async recordUse(credential_id: string): Promise<void> {
      await withAppErrors(() =>
        db.update(passkeys).set({ last_used_at: sql`now()` }).where(isCredential(credential_id)),
      );
    },

    async remove(user_uuid: string, credential_id: string): Promise<void> {
      await withAppErrors(() =>
        db.delete(passkeys).where(and(ofPerson(user_uuid), isCredential(credential_id))),
      );
    },

    async removeAll(user_uuid: string): Promise<void> {
      await withAppErrors(() => db.delete(passkeys).where(ofPerson(user_uuid)));
    },
  };
}
