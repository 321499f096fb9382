import { inArray, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { type UserRow, users } from "./schema.ts";

export interface DemoPerson {
  /** Fixed, so that a database made anew still fits the conversations in the table. */
  uuid: string;
  handle: string;
  display_name: string;
  email: string;
}

/** The people of a fresh local stack. */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  {
    uuid: "5a1e7c0e-9d0b-4c57-8f6a-2b8f7a3d1c01",
    handle: "andrewbrown",
    display_name: "Andrew Brown",
    email: "andrewbrown@example.com",
  },
  {
    uuid: "5a1e7c0e-9d0b-4c57-8f6a-2b8f7a3d1c02",
    handle: "bayko",
    display_name: "Andrew Bayko",
    email: "bayko@example.com",
  },
  {
    uuid: "5a1e7c0e-9d0b-4c57-8f6a-2b8f7a3d1c03",
    handle: "londo",
    display_name: "Londo Mollari",
    email: "londo@example.com",
  },
  {
    uuid: "5a1e7c0e-9d0b-4c57-8f6a-2b8f7a3d1c04",
    handle: "mira",
    display_name: "Mira Okafor",
    email: "mira@example.com",
  },
];

/**
 * Adds who is missing and leaves who is there as they are. Run it as often as you like.
 * @returns the rows of all these people, by handle
 */
export async function seedDemoUsers(
  db: Db,
  people: readonly DemoPerson[] = DEMO_PEOPLE,
): Promise<UserRow[]> {
  return withAppErrors(async () => {
    await db
      .insert(users)
      .values([...people])
      .onConflictDoNothing();
    return db
      .select()
      .from(users)
      .where(
        inArray(
          users.handle,
          people.map(({ handle }) => handle),
        ),
      )
      .orderBy(users.handle);
  });
}

/**
 * Links users to the user pool by handle. A user whose `cognito_user_id` is still in the pool keeps
 * it: the pool lets people edit their `preferred_username`, which must not hand them another's row.
 * @param people the whole pool, `preferred_username` as handle
 * @returns the handles that were linked
 */
export async function linkCognitoUserIds(
  db: Db,
  people: ReadonlyArray<{ handle: string; cognito_user_id: string }>,
): Promise<string[]> {
  const handles = people.map(({ handle }) => handle);
  const subs = people.map(({ cognito_user_id }) => cognito_user_id);
  return withAppErrors(async () => {
    const { rows } = await db.execute<{ handle: string }>(sql`
      update users u set cognito_user_id = pool.sub
      from unnest(${sql.param(handles)}::citext[], ${sql.param(subs)}::text[]) as pool(handle, sub)
      where u.handle = pool.handle
        and (u.cognito_user_id is null or u.cognito_user_id <> all(${sql.param(subs)}::text[]))
        and not exists (select from users other where other.cognito_user_id = pool.sub)
      returning u.handle`);
    return rows.map(({ handle }) => handle);
  });
}
