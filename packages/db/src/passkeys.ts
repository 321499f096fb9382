import { and, asc, eq, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { passkeys } from "./schema.ts";
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
  const isCredential = (id: string) => eq(passkeys.credential_id, id);

  return {
    async add(passkey: { credential_id: string; user_uuid: string; device: string }) {
      const row = { ...passkey, device: toLine(passkey.device) };
      await withAppErrors(() => db.insert(passkeys).values(row));
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
