import { AppError } from "@cruddur/contract/errors";
import { handleSkeleton } from "@cruddur/contract/handles";
import type { OwnUser, UserShort, usersUpdateInput } from "@cruddur/contract/users";
import { and, eq, gt, isNotNull, isNull, ne, or, sql } from "drizzle-orm";
import type { z } from "zod";
import { changeHandle, type HandleChange } from "./change-handle.ts";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { isKept } from "./kept-handles.ts";
import { checkPoolUser, type NewUser } from "./pool-user.ts";
import { keptHandles, skeletonOf, type UserRow, users } from "./schema.ts";
import { prepareSearch, type SearchInput, type SearchPage } from "./search.ts";

export type { SearchInput, SearchPage, SearchPosition } from "./search.ts";
export type { NewUser, UserRow, UserShort };

export type UserPatch = z.infer<typeof usersUpdateInput>;

/** What other people may see, with the settings that decide what they are shown and can do. */
export interface UserProfile
  extends UserShort,
    Pick<OwnUser, "read_receipts" | "typing_indicators" | "first_messages" | "group_additions"> {}

const looksLike = (handle: string) =>
  or(eq(users.handle, handle), eq(skeletonOf(users.handle), handleSkeleton(handle)));

const short = { uuid: users.uuid, handle: users.handle, display_name: users.display_name };

/**
 * Creates the queries on `users`. Lookups are prepared statements, parsed and planned once per
 * connection. Errors are AppError `handle_taken`, `email_taken` and `unavailable`.
 */
export function createUsers(db: Db) {
  const bySub = db
    .select()
    .from(users)
    .where(eq(users.cognito_user_id, sql.placeholder("sub")))
    .prepare("users_by_sub");
  const byHandle = db
    .select(short)
    .from(users)
    .where(eq(users.handle, sql.placeholder("handle")))
    .prepare("users_by_handle");
  const byKeptHandle = db
    .select(short)
    .from(keptHandles)
    .innerJoin(users, eq(users.uuid, keptHandles.user_uuid))
    .where(
      and(eq(keptHandles.handle, sql.placeholder("handle")), gt(keptHandles.until, sql`now()`)),
    )
    .prepare("users_by_kept_handle");
  const byUuids = db
    .select({
      ...short,
      read_receipts: users.read_receipts,
      typing_indicators: users.typing_indicators,
      first_messages: users.first_messages,
      group_additions: users.group_additions,
    })
    .from(users)
    .where(sql`${users.uuid} = any(${sql.placeholder("uuids")}::uuid[])`)
    .prepare("users_by_uuids");
  const search = prepareSearch(db);

  async function findUserBySub(sub: string): Promise<UserRow | null> {
    return withAppErrors(async () => (await bySub.execute({ sub }))[0] ?? null);
  }

  /** Gives a seeded person their row when they first sign in. The verified email proves that it is theirs. */
  async function adoptSeededUser(user: NewUser): Promise<UserRow | undefined> {
    const rows = await db
      .update(users)
      .set({ cognito_user_id: user.cognito_user_id })
      .where(and(eq(users.email, user.email), isNull(users.cognito_user_id)))
      .returning();
    return rows[0];
  }

  async function insertUser(user: NewUser): Promise<UserRow | undefined> {
    const { cognito_user_id, handle, email, display_name } = checkPoolUser(user);
    const rows = await db
      .insert(users)
      .values({ cognito_user_id, handle, email, display_name })
      .onConflictDoNothing()
      .returning();
    return rows[0];
  }

  /** Finds out why an insert conflicted with somebody else's row. */
  async function clash(user: NewUser): Promise<AppError> {
    const rows = await db
      .select({ email: users.email })
      .from(users)
      .where(or(eq(users.email, user.email), looksLike(user.handle)));
    if (rows.length === 0) return new AppError("unavailable", { retryAfterSeconds: 1 });
    const byEmail = rows.some((row) => row.email.toLowerCase() === user.email.toLowerCase());
    return new AppError(byEmail ? "email_taken" : "handle_taken");
  }

  return {
    findUserBySub,

    /** Ignores case. Also finds whoever gave up the handle lately. Returns null for an unknown one. */
    async findUserByHandle(handle: string): Promise<UserShort | null> {
      return withAppErrors(
        async () =>
          (await byHandle.execute({ handle }))[0] ??
          (await byKeptHandle.execute({ handle }))[0] ??
          null,
      );
    },

    /** Finds a person by handle or email address, ignoring case. Returns null for an unknown one. */
    async findByName(name: string): Promise<Pick<UserRow, "uuid" | "sessions_ended_at"> | null> {
      return withAppErrors(async () => {
        const rows = await db
          .select({ uuid: users.uuid, sessions_ended_at: users.sessions_ended_at })
          .from(users)
          .where(or(eq(users.handle, name), eq(users.email, name)));
        return rows[0] ?? null;
      });
    },

    /**
     * Returns whether somebody may sign up under a handle. A handle that is kept for its former owner,
     * or reserved after an erasure, is not free. A handle in use, and one that
     * looks like it, is free only for the seeded person whose email is given: `ensureUser` gives them
     * that row.
     */
    async isHandleFree({ handle, email }: { handle: string; email: string }): Promise<boolean> {
      return withAppErrors(async () => {
        const rows = await db
          .select({ uuid: users.uuid })
          .from(users)
          .where(
            and(looksLike(handle), or(ne(users.email, email), isNotNull(users.cognito_user_id))),
          );
        return rows.length === 0 && !(await isKept(db, handle));
      });
    },

    /** Finds any number of people with one query, in no order. Unknown uuids are left out. */
    async findUsersByUuids(uuids: readonly string[]): Promise<UserProfile[]> {
      if (uuids.length === 0) return [];
      return withAppErrors(() => byUuids.execute({ uuids: [...uuids] }));
    },

    /**
     * Returns the row of a person who has signed in, and creates it at the first sign-in. Concurrent
     * requests get the same row. Throws AppError `user_not_confirmed` when the row would depend on an
     * unverified email: otherwise a stranger could take a seeded person's row or somebody's address.
     * Throws the codes of sign-up for a handle that cannot be chosen there: see `checkPoolUser`.
     */
    async ensureUser(user: NewUser): Promise<UserRow> {
      return withAppErrors(async () => {
        const known = await findUserBySub(user.cognito_user_id);
        if (known) return known;
        if (!user.email_verified) throw new AppError("user_not_confirmed");
        const made = (await adoptSeededUser(user)) ?? (await insertUser(user));
        if (made) return made;
        const winner = await findUserBySub(user.cognito_user_id);
        if (winner) return winner;
        throw await clash(user);
      });
    },

    /** Changes what the patch names. Returns null when there is no such user. */
    async updateUser(uuid: string, patch: UserPatch): Promise<UserRow | null> {
      return withAppErrors(async () => {
        const changes = Object.values(patch).some((value) => value !== undefined);
        const rows = changes
          ? await db.update(users).set(patch).where(eq(users.uuid, uuid)).returning()
          : await db.select().from(users).where(eq(users.uuid, uuid));
        return rows[0] ?? null;
      });
    },

    /** The row of a person; null for an unknown uuid. */
    async findUser(uuid: string): Promise<UserRow | null> {
      return withAppErrors(
        async () => (await db.select().from(users).where(eq(users.uuid, uuid)))[0] ?? null,
      );
    },

    /** Gives a person another handle: see `changeHandle`. */
    changeHandle: (change: HandleChange): Promise<UserRow> =>
      withAppErrors(() => changeHandle(db, change)),

    /**
     * The user name in the pool of whoever has this handle, or had it and is still found by it. Returns
     * null where the pool knows the person by the handle itself, or nobody has it.
     */
    async findPoolUsername(handle: string): Promise<string | null> {
      return withAppErrors(async () => {
        const rows = await db
          .select({ pool_username: users.pool_username })
          .from(users)
          .leftJoin(keptHandles, eq(keptHandles.user_uuid, users.uuid))
          .where(
            or(
              eq(users.handle, handle),
              and(eq(keptHandles.handle, handle), gt(keptHandles.until, sql`now()`)),
            ),
          )
          .limit(1);
        return rows[0]?.pool_username ?? null;
      });
    },

    /** Changes an email address that its owner has proven. Throws AppError `email_taken`. */
    async updateEmail(uuid: string, email: string): Promise<UserRow | null> {
      return withAppErrors(async () => {
        const rows = await db.update(users).set({ email }).where(eq(users.uuid, uuid)).returning();
        return rows[0] ?? null;
      });
    },

    /** Finds people whose handle or name begins with the query, then those with a similar word. */
    async searchUsers(input: SearchInput): Promise<SearchPage> {
      return withAppErrors(() => search(input));
    },

    /** Deletes a user; their messages stay. Returns false when there was no such user. */
    async deleteUser(uuid: string): Promise<boolean> {
      return withAppErrors(async () => {
        const rows = await db
          .delete(users)
          .where(eq(users.uuid, uuid))
          .returning({ uuid: users.uuid });
        return rows.length > 0;
      });
    },
  };
}

export type Users = ReturnType<typeof createUsers>;
