import { sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";

/** An account of the user pool. */
export interface PoolAccount {
  /** The pool's `sub`. */
  cognito_user_id: string;
  /** The pool's `Username`: unlike `preferred_username`, its owner cannot change it. */
  username: string;
  email: string;
  email_verified: boolean;
}

/** A person's row and the account that it is to be linked to. */
export interface AccountLink {
  uuid: string;
  handle: string;
  email: string;
  /** The id that the row has now; null for a person who has never signed in. */
  from: string | null;
  to: string;
}

/** A person whose handle is the user name of an account that is not proven to be theirs. */
export interface RefusedLink {
  handle: string;
  reason: "email_not_verified" | "email_differs" | "several_accounts";
}

/**
 * Finds the people who should be linked to an account of the user pool: those without an account
 * that still exists. An account is theirs when its user name is their handle and its verified email
 * is their email. A name alone proves nothing: in a new pool anyone can sign up under it.
 * @param accounts the whole pool
 */
export async function planAccountLinks(
  db: Db,
  accounts: readonly PoolAccount[],
): Promise<{ links: AccountLink[]; refused: RefusedLink[] }> {
  const subs = accounts.map(({ cognito_user_id }) => cognito_user_id);
  const { rows } = await withAppErrors(() =>
    db.execute<Candidate>(sql`
      select u.uuid, u.handle, u.email, u.cognito_user_id as "from", pool.sub as "to",
        pool.email_verified, u.email = pool.email as same_email
      from users u
      join unnest(
        ${sql.param(accounts.map(({ username }) => username))}::citext[],
        ${sql.param(subs)}::text[],
        ${sql.param(accounts.map(({ email }) => email))}::citext[],
        ${sql.param(accounts.map(({ email_verified }) => email_verified))}::boolean[]
      ) as pool(username, sub, email, email_verified) on u.handle = pool.username
      where (u.cognito_user_id is null or u.cognito_user_id <> all(${sql.param(subs)}::text[]))
        and not exists (select from users other where other.cognito_user_id = pool.sub)
      order by u.handle`),
  );
  const people = new Map<string, Candidate[]>();
  for (const row of rows) people.set(row.uuid, [...(people.get(row.uuid) ?? []), row]);
  const links: AccountLink[] = [];
  const refused: RefusedLink[] = [];
  for (const candidates of people.values()) {
    // In an old pool, user names that differ only in case belong to different accounts.
    const [own, ...others] = candidates.filter((row) => row.same_email && row.email_verified);
    const { uuid, handle, email, from } = candidates[0] as Candidate;
    if (own && others.length === 0) links.push({ uuid, handle, email, from, to: own.to });
    else refused.push({ handle, reason: reasonOf(candidates, own !== undefined) });
  }
  return { links, refused };
}

interface Candidate extends Record<string, unknown>, AccountLink {
  email_verified: boolean;
  same_email: boolean;
}

function reasonOf(candidates: readonly Candidate[], isProven: boolean): RefusedLink["reason"] {
  if (isProven) return "several_accounts";
  return candidates.some((row) => row.same_email) ? "email_not_verified" : "email_differs";
}

/**
 * Links people to their accounts. A row that has changed since the plan was made is left as it is.
 * @returns the handles that were linked
 */
export async function applyAccountLinks(db: Db, links: readonly AccountLink[]): Promise<string[]> {
  const { rows } = await withAppErrors(() =>
    db.execute<{ handle: string }>(sql`
      update users u set cognito_user_id = link.target
      from unnest(
        ${sql.param(links.map(({ uuid }) => uuid))}::uuid[],
        ${sql.param(links.map(({ email }) => email))}::citext[],
        ${sql.param(links.map(({ from }) => from))}::text[],
        ${sql.param(links.map(({ to }) => to))}::text[]
      ) as link(uuid, email, source, target)
      where u.uuid = link.uuid and u.email = link.email
        and u.cognito_user_id is not distinct from link.source
        and not exists (select from users other where other.cognito_user_id = link.target)
      returning u.handle`),
  );
  return rows.map(({ handle }) => handle);
}
