import { AppError } from "@cruddur/contract/errors";
import type { OwnUser, UserShort } from "@cruddur/contract/users";
import type { UserProfile, Users } from "@cruddur/db/users";
import { LRUCache } from "lru-cache";
import type { People, Profile } from "../api/context.ts";
import type { Cache } from "../cache/cache.ts";

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
  /** Look-ups under way by person: calls of one page load want the same people at once. */
  const underWay = new Map<string, Promise<Map<string, Profile>>>();

  const keep = async (entries: (readonly [string, object])[], readAt: number): Promise<void> => {
    if (readAt === evictions && entries.length > 0) await cache.setMany(entries);
  };

  async function evict(user: { uuid: string; handle?: string }): Promise<void> {
    evictions += 1;
    underWay.clear();
    own.delete(user.uuid);
    const keys = [userKey(user.uuid)];
    if (user.handle !== undefined) keys.push(handleKey(user.handle));
    await cache.delete(keys);
  }

  /** Everyone asked for is in the answer, and kept unless somebody changed meanwhile. */
  async function fetchProfiles(uuids: readonly string[]): Promise<Map<string, Profile>> {
    const readAt = evictions;
    try {
      const profiles = new Map(
        uuids.map((uuid): [string, Profile] => [uuid, deletedProfile(uuid)]),
      );
      for (const profile of await users.findUsersByUuids(uuids)) {
        profiles.set(profile.uuid, profile);
      }
      await keep(
        [...profiles].map(([uuid, profile]) => [userKey(uuid), profile] as const),
        readAt,
      );
      return profiles;
    } finally {
      // After an eviction these entries may be of a later look-up.
      if (readAt === evictions) for (const uuid of uuids) underWay.delete(uuid);
    }
  }

  return {
    evict,

    async profiles(uuids) {
      const wanted = [...new Set(uuids)];
      const cached = await cache.getMany<Profile>(wanted.map(userKey));
      const found = new Map<string, Profile>();
      cached.forEach((profile) => {
        if (profile !== undefined) found.set(profile.uuid, profile);
      });
      const missing = wanted.filter((uuid) => !found.has(uuid));
      if (missing.length === 0) return found;
      const unasked = missing.filter((uuid) => !underWay.has(uuid));
      if (unasked.length > 0) {
        const asked = fetchProfiles(unasked);
        for (const uuid of unasked) underWay.set(uuid, asked);
      }
      const lookups = await Promise.all(new Set(missing.map((uuid) => underWay.get(uuid))));
      for (const uuid of missing) {
        const profile = lookups.find((lookup) => lookup?.has(uuid))?.get(uuid);
        found.set(uuid, profile ?? deletedProfile(uuid));
      }
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
      const { email: _, ...profile } = user;
      await keep([[userKey(user.uuid), profile]], readAt);
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
