import { AppError } from "@cruddur/core/errors";
import type { OwnUser, UserShort } from "@cruddur/core/schemas";
import type { UserProfile, Users } from "@cruddur/db/users";
import { LRUCache } from "lru-cache";
import type { Cache } from "./cache/types.ts";
import type { People, Profile } from "./services.ts";

export interface PeopleService extends People {
  /** Forgets what is remembered of a person, after a change here or on another server. */
  evict(user: { uuid: string; handle?: string }): Promise<void>;
}

/** Today's people from Postgres, through the cache. Emails stay in this process. */
export function createPeople(options: {
  users: Users;
  cache: Cache;
  ttlSeconds: number;
}): PeopleService {
  const { users, cache } = options;
  const own = new LRUCache<string, OwnUser>({ max: 10_000, ttl: options.ttlSeconds * 1000 });
  /** Counts evictions: what was read before one must not be kept after it. */
  let evictions = 0;

  const keep = async (entries: (readonly [string, object])[], readAt: number): Promise<void> => {
    if (readAt === evictions && entries.length > 0) await cache.setMany(entries);
  };

  async function evict(user: { uuid: string; handle?: string }): Promise<void> {
    evictions += 1;
    own.delete(user.uuid);
    const keys = [userKey(user.uuid)];
    if (user.handle !== undefined) keys.push(handleKey(user.handle));
    await cache.delete(keys);
  }

  return {
    evict,

    async profiles(uuids) {
      const wanted = [...new Set(uuids)];
      const readAt = evictions;
      const cached = await cache.getMany<Profile>(wanted.map(userKey));
      const found = new Map<string, Profile>();
      cached.forEach((profile) => {
        if (profile !== undefined) found.set(profile.uuid, profile);
      });
      const missing = wanted.filter((uuid) => !found.has(uuid));
      if (missing.length === 0) return found;
      const fetched = new Map(
        (await users.findUsersByUuids(missing)).map((profile) => [profile.uuid, profile]),
      );
      for (const uuid of missing) found.set(uuid, fetched.get(uuid) ?? deletedProfile(uuid));
      await keep(
        missing.map((uuid) => [userKey(uuid), found.get(uuid) ?? deletedProfile(uuid)] as const),
        readAt,
      );
      return found;
    },

    async findByHandle(handle) {
      const readAt = evictions;
      const [cached] = await cache.getMany<UserShort>([handleKey(handle)]);
      if (cached !== undefined) return cached;
      const user = await users.findUserByHandle(handle);
      if (user !== null) await keep([[handleKey(handle), user]], readAt);
      return user;
    },

    search: (input) => users.searchUsers(input),

    async own({ user_uuid, cognito_user_id }) {
      const cached = own.get(user_uuid);
      if (cached !== undefined) return cached;
      const readAt = evictions;
      const row = await users.findUserBySub(cognito_user_id);
      if (row === null) throw new AppError("unauthenticated");
      const user = toOwnUser(row);
      if (readAt === evictions) own.set(user_uuid, user);
      return user;
    },

    async update(user_uuid, changes) {
      const row = await users.updateUser(user_uuid, changes);
      if (row === null) throw new AppError("unauthenticated");
      await evict(row);
      return toOwnUser(row);
    },
  };
}

const userKey = (uuid: string): string => `user:${uuid}`;
const handleKey = (handle: string): string => `handle:${handle.toLowerCase()}`;

const deletedProfile = (uuid: string): UserProfile => ({
  uuid,
  handle: "",
  display_name: "Deleted user",
  read_receipts: false,
  typing_indicators: false,
});

function toOwnUser(row: OwnUser): OwnUser {
  const { uuid, handle, display_name, email, read_receipts, typing_indicators } = row;
  return { uuid, handle, display_name, email, read_receipts, typing_indicators };
}
