import { createHash } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import type { UserShort } from "@cruddur/contract/users";
import { eq, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { avatars, users } from "./schema.ts";

/** A person with what only their profile shows. */
export interface ProfileRow extends UserShort {
  created_at: Date;
  /** SHA-256 of the person's picture in hex; null without one. */
  avatar_hash: string | null;
}

export type Profiles = ReturnType<typeof createProfiles>;

/** Profiles and pictures of people. Errors are AppError `unavailable` and `unauthenticated`. */
export function createProfiles(db: Db) {
  const hashes = db
    .select({ user_uuid: avatars.user_uuid, hash: avatars.hash })
    .from(avatars)
    .where(sql`${avatars.user_uuid} = any(${sql.placeholder("uuids")}::uuid[])`)
    .prepare("avatar_hashes");
  const byHash = db
    .select({ image: avatars.image })
    .from(avatars)
    .where(eq(avatars.hash, sql.placeholder("hash")))
    .limit(1)
    .prepare("avatar_by_hash");

  return {
    /** Returns null for an unknown uuid. */
    findProfile(uuid: string): Promise<ProfileRow | null> {
      return withAppErrors(async () => {
        const rows = await db
          .select({
            uuid: users.uuid,
            handle: users.handle,
            display_name: users.display_name,
            created_at: users.created_at,
            avatar_hash: avatars.hash,
          })
          .from(users)
          .leftJoin(avatars, eq(avatars.user_uuid, users.uuid))
          .where(eq(users.uuid, uuid));
        return rows[0] ?? null;
      });
    },

    /** The hashes of the people's pictures, in no order. Whoever has none is left out. */
    listAvatarHashes(uuids: readonly string[]): Promise<{ user_uuid: string; hash: string }[]> {
      return withAppErrors(() => hashes.execute({ uuids: [...uuids] }));
    },

    /** The bytes of a picture that somebody has now; null for any other hash. */
    findAvatar(hash: string): Promise<Buffer | null> {
      return withAppErrors(async () => (await byHash.execute({ hash }))[0]?.image ?? null);
    },

    /** Replaces a person's picture. Returns its hash. */
    putAvatar(user_uuid: string, image: Uint8Array): Promise<string> {
      const hash = createHash("sha256").update(image).digest("hex");
      const picture = { hash, image: Buffer.from(image), created_at: sql`now()` };
      return withAppErrors(async () => {
        // The token of a person who was deleted is still valid for a while.
        const known = await db
          .select({ uuid: users.uuid })
          .from(users)
          .where(eq(users.uuid, user_uuid));
        if (known.length === 0) throw new AppError("unauthenticated");
        await db
          .insert(avatars)
          .values({ user_uuid, ...picture })
          .onConflictDoUpdate({ target: avatars.user_uuid, set: picture });
        return hash;
      });
    },

    async removeAvatar(user_uuid: string): Promise<void> {
      await withAppErrors(() => db.delete(avatars).where(eq(avatars.user_uuid, user_uuid)));
    },
  };
}
