import { AppError } from "@cruddur/contract/errors";
import type { UserShort } from "@cruddur/contract/users";
import { and, eq, isNotNull, isNull, ne, or, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { type UserRow, users } from "./schema.ts";
import { prepareSearch, type SearchInput, type SearchPage } from "./search.ts";

export type { SearchInput, SearchPage, SearchPosition } from "./search.ts";
export type { UserRow, UserShort };

/** Who the user pool says has signed in. */
export interface NewUser {
  cognito_user_id: string;
  /** The pool's user name: it can't be changed there, unlike `preferred_username`. */
  handle: string;
  email: string;
  email_verified: boolean;
  display_name: string;
}

export interface UserPatch {
  display_name?: string | undefined;
  read_receipts?: boolean | undefined;
  typing_indicators?: boolean | undefined;
}

/** What others may see, with the settings that decide what is shown to whom. */
export interface UserProfile extends UserShort {
  read_receipts: boolean;
  typing_indicators: boolean;
}

const short = { uuid: users.uuid, handle: users.handle, display_name: users.display_name };

/**
 * Everything the product asks of `users`. The look-ups are prepared statements: parsed and planned
 * once per connection. Errors are `AppError` (`handle_taken`, `email_taken`, `unavailable`).
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
  const byUuids = db
    .select({
      ...short,
      read_receipts: users.read_receipts,
      typing_indicators: users.typing_indicators,
    })
    .from(users)
    .where(sql`${users.uuid} = any(${sql.placeholder("uuids")}::uuid[])`)
    .prepare("users_by_uuids");
  const search = prepareSearch(db);

  async function findUserBySub(sub: string): Promise<UserRow | null> {
    return withAppErrors(async () => (await bySub.execute({ sub }))[0] ?? null);
  }

  /** A seeded person's first sign-in. The verified email proves that the row is theirs. */
  async function adoptSeededUser(user: NewUser): Promise<UserRow | undefined> {
    const rows = await db
      .update(users)
      .set({ cognito_user_id: user.cognito_user_id })
      .where(and(eq(users.email, user.email), isNull(users.cognito_user_id)))
      .returning();
    return rows[0];
  }

  async function insertUser(user: NewUser): Promise<UserRow | undefined> {
    const { cognito_user_id, handle, email, display_name } = user;
    const rows = await db
      .insert(users)
      .values({ cognito_user_id, handle, email, display_name })
      .onConflictDoNothing()
      .returning();
    return rows[0];
  }

  /** Why an insert met a row of someone else's. */
  async function clash(user: NewUser): Promise<AppError> {
    const rows = await db
      .select({ email: users.email })
      .from(users)
      .where(or(eq(users.email, user.email), eq(users.handle, user.handle)));
    if (rows.length === 0) return new AppError("unavailable", { retryAfterSeconds: 1 });
    const byEmail = rows.some((row) => row.email.toLowerCase() === user.email.toLowerCase());
    return new AppError(byEmail ? "email_taken" : "handle_taken");
  }

  return {
    findUserBySub,

    /** Case-insensitive. */
    async findUserByHandle(handle: string): Promise<UserShort | null> {
      return withAppErrors(async () => (await byHandle.execute({ handle }))[0] ?? null);
    },

    /**
     * Whether somebody may sign up under a handle: false when it is in a row, unless that is a seeded
     * person's and the email is its own, which `ensureUser` will make theirs.
     */
    async isHandleFree({ handle, email }: { handle: string; email: string }): Promise<boolean> {
      return withAppErrors(async () => {
        const rows = await db
          .select({ uuid: users.uuid })
          .from(users)
          .where(
            and(
              eq(users.handle, handle),
              or(ne(users.email, email), isNotNull(users.cognito_user_id)),
            ),
          );
        return rows.length === 0;
      });
    },

    /** One query however many; unknown uuids are left out, the order is any. */
    async findUsersByUuids(uuids: readonly string[]): Promise<UserProfile[]> {
      if (uuids.length === 0) return [];
      return withAppErrors(() => byUuids.execute({ uuids: [...uuids] }));
    },

    /**
     * The row of whoever has just signed in, made on their first time. Requests that race get the
     * same row. Throws `user_not_confirmed` when it would need an email that nobody has verified:
     * taking such a word would hand a seeded person's row, or someone's address, to a stranger.
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

    /** null when there is no such user. */
    async updateUser(uuid: string, patch: UserPatch): Promise<UserRow | null> {
      return withAppErrors(async () => {
        const changes = Object.values(patch).some((value) => value !== undefined);
        const rows = changes
          ? await db.update(users).set(patch).where(eq(users.uuid, uuid)).returning()
          : await db.select().from(users).where(eq(users.uuid, uuid));
        return rows[0] ?? null;
      });
    },

    /** Prefixes of handle or name first, then what is spelled alike. */
    async searchUsers(input: SearchInput): Promise<SearchPage> {
      return withAppErrors(() => search(input));
    },

    /** False when there was no such user. Their messages stay, shown as from a deleted user. */
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
