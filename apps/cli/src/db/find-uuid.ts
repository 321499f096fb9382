import type { Db } from "@cruddur/db/client";
import { createUsers } from "@cruddur/db/users";

/** The uuid of the person with this handle or email address; null where there is none. */
export async function findUuid(db: Db, name: string): Promise<string | null> {
  return (await createUsers(db).findByName(name))?.uuid ?? null;
}
