import { inArray } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { type UserRow, users } from "./schema.ts";

export interface DemoPerson {
  /** Always the same, so that a database that is created again still fits the conversations in the table. */
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
 * Adds the people who are missing and does not change the others, so it can be repeated.
 * @returns the rows of all these people, sorted by handle
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
