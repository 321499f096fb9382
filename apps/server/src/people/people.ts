import { AppError } from "@cruddur/contract/errors";
import { type OwnUser, ownUserSchema, type UserShort } from "@cruddur/contract/users";
import type { SearchInput, SearchPage, UserPatch, UserProfile, Users } from "@cruddur/db/users";
import { LRUCache } from "lru-cache";
import type { Identity } from "../auth/identity.ts";
import type { Cache } from "../cache/cache.ts";
import { createTurns } from "../limits/turns.ts";

/**
 * Among 100,000 people a search takes Postgres up to 3 seconds of one processor. More at once would
 * take the connections that sign-ins need.
 */
const SEARCHES = { atOnce: 3, waiting: 100, ofPerson: 5 };

export type People = ReturnType<typeof createPeople>;

/** People from Postgres, through the cache. Email addresses stay in this process. */
export function createPeople(options: { users: Users; cache: Cache; ttlSeconds: number }) {
  const { users, cache } = options;
  const searches = createTurns(SEARCHES);
  const ownUsers = new LRUCache<string, OwnUser>({ max: 10_000, ttl: options.ttlSeconds * 1000 });
  /** A person that was read before an eviction must not be cached after it. */
  let evictions = 0;
  /** Running look-ups by uuid: the calls of one page load need the same people at the same time. */
  const running = new Map<string, Promise<Map<string, UserProfile>>>();

  const keep = async (entries: (readonly [string, object])[], readAt: number): Promise<void> => {
    if (readAt === evictions && entries.length > 0) await cache.setMany(entries);
  };

  /** Removes a person from the cache after a change, here or on another server. */
  async function evict(user: { uuid: string; handle?: string }): Promise<void> {
    evictions += 1;
    running.clear();
    ownUsers.delete(user.uuid);
    const keys = [uuidKey(user.uuid)];
    if (user.handle !== undefined) keys.push(handleKey(user.handle));
    await cache.delete(keys);
  }

  /** Forgets everybody: notices of changes were missed. */
  function forgetAll(): void {
    evictions += 1;
    running.clear();
    ownUsers.clear();
    cache.clearOwn();
  }

  /** Reads people from Postgres and caches them. Every uuid is in the answer. */
  async function readProfiles(uuids: readonly string[]): Promise<Map<string, UserProfile>> {
    const readAt = evictions;
    try {
      const profiles = new Map(uuids.map((uuid) => [uuid, deletedProfile(uuid)]));
      for (const profile of await users.findUsersByUuids(uuids)) {
        profiles.set(profile.uuid, profile);
      }
      const entries = [...profiles].map(([uuid, profile]) => [uuidKey(uuid), profile] as const);
      await keep(entries, readAt);
      return profiles;
    } finally {
      // After an eviction these entries may belong to a later look-up.
      if (readAt === evictions) for (const uuid of uuids) running.delete(uuid);
    }
  }

  return {
    evict,
    forgetAll,

    /**
     * People under their current names, by uuid. Someone deleted is present as "Deleted account" with
     * a blank handle.
     */
    async profiles(uuids: readonly string[]): Promise<ReadonlyMap<string, UserProfile>> {
      const wanted = [...new Set(uuids)];
      const cached = await cache.getMany<UserProfile>(wanted.map(uuidKey));
      const found = new Map<string, UserProfile>();
      for (const profile of cached) if (profile !== undefined) found.set(profile.uuid, profile);
      const missing = wanted.filter((uuid) => !found.has(uuid));
      if (missing.length === 0) return found;
      const unread = missing.filter((uuid) => !running.has(uuid));
      if (unread.length > 0) {
        const lookup = readProfiles(unread);
        for (const uuid of unread) running.set(uuid, lookup);
      }
      const lookups = await Promise.all(new Set(missing.map((uuid) => running.get(uuid))));
      for (const uuid of missing) {
        const profile = lookups.find((lookup) => lookup?.has(uuid))?.get(uuid);
        found.set(uuid, profile ?? deletedProfile(uuid));
      }
      return found;
    },

    /** null when nobody has the handle. Upper and lower case are the same. */
    async findByHandle(handle: string): Promise<UserShort | null> {
      const readAt = evictions;
      const [cached] = await cache.getMany<UserShort>([handleKey(handle)]);
      if (cached !== undefined) return cached;
      const user = await users.findUserByHandle(handle);
      if (user !== null) await keep([[handleKey(handle), user]], readAt);
      return user;
    },

    /**
     * @param user_uuid who searches
     * Throws `rate_limited` and `unavailable`, too.
     */
    search: (user_uuid: string, input: SearchInput): Promise<SearchPage> =>
      searches.run(user_uuid, () => users.searchUsers(input)),

    /** The signed-in person's own profile. Throws `unauthenticated` when they have been deleted. */
    async own({ user_uuid, cognito_user_id }: Identity): Promise<OwnUser> {
      const cached = ownUsers.get(user_uuid);
      if (cached !== undefined) return cached;
      const readAt = evictions;
      const row = await users.findUserBySub(cognito_user_id);
      if (row === null) throw new AppError("unauthenticated");
      const user = toOwnUser(row);
      if (readAt === evictions) ownUsers.set(user_uuid, user);
      const { email: _, ...profile } = user;
      await keep([[uuidKey(user.uuid), profile]], readAt);
      return user;
    },

    /** Changes the person's name or settings. Throws `unauthenticated` when they have been deleted. */
    async update(user_uuid: string, changes: UserPatch): Promise<OwnUser> {
      const row = await users.updateUser(user_uuid, changes);
      if (row === null) throw new AppError("unauthenticated");
      await evict(row);
      return toOwnUser(row);
    },
  };
}

const uuidKey = (uuid: string): string => `user:${uuid}`;
const handleKey = (handle: string): string => `handle:${handle.toLowerCase()}`;

const deletedProfile = (uuid: string): UserProfile => ({
  uuid,
  handle: "",
  display_name: "Deleted account",
  read_receipts: false,
  typing_indicators: false,
  first_messages: "refused",
  group_additions: "nobody",
});

function toOwnUser(row: OwnUser): OwnUser {
  return ownUserSchema.parse(row);
}
