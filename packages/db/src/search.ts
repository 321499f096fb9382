import type { UserShort } from "@cruddur/contract/users";
import { sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { users } from "./schema.ts";

/** The last user of a page. Handles are unique, so the next page repeats and skips nobody. */
export interface SearchPosition {
  score: number;
  handle: string;
}

export interface SearchInput {
  query: string;
  limit: number;
  position?: SearchPosition | null | undefined;
  /** People who are left out of the result, such as the person who searches. */
  excludeUuids?: readonly string[] | undefined;
}

export interface SearchPage {
  items: UserShort[];
  /** null at the end. */
  next: SearchPosition | null;
}

/** Higher than any similarity, which is at most 1,000,000. */
const PREFIX_SCORE = 2_000_000;

/**
 * Finds people by the start of their handle or name, then by a similar word, so that a typo is
 * forgiven. The trigram indexes serve both conditions; the pool sets the threshold of similarity
 * (`client.ts`). The score is a whole number, so that JSON preserves a position exactly.
 */
export function prepareSearch(db: Db): (input: SearchInput) => Promise<SearchPage> {
  const query = sql`${sql.placeholder("query")}::text`;
  const prefix = sql`${sql.placeholder("prefix")}::text`;
  const handle = sql`${users.handle}::text`;
  const startsWith = sql`(${handle} ilike ${prefix} or ${users.display_name} ilike ${prefix})`;
  const likeness = sql`greatest(word_similarity(${query}, ${handle}), word_similarity(${query}, ${users.display_name}))`;
  const score = sql<number>`((case when ${startsWith} then ${sql.raw(String(PREFIX_SCORE))} else 0 end) + round(${likeness} * 1000000))::int`;

  const found = db.$with("found").as(
    db
      .select({
        uuid: users.uuid,
        handle: users.handle,
        display_name: users.display_name,
        score: score.as("score"),
      })
      .from(users)
      .where(
        sql`${users.searchable} and ${users.suspended_at} is null and (${startsWith} or ${query} <% ${handle} or ${query} <% ${users.display_name}) and ${users.uuid} <> all(${sql.placeholder("excludeUuids")}::uuid[])`,
      ),
  );
  const statement = db
    .with(found)
    .select()
    .from(found)
    .where(
      sql`${found.score} < ${sql.placeholder("score")}::int or (${found.score} = ${sql.placeholder("score")}::int and ${found.handle} > ${sql.placeholder("handle")}::citext)`,
    )
    .orderBy(sql`${found.score} desc`, found.handle)
    .limit(sql.placeholder("limit"))
    .prepare("users_search");

  return async ({ query: text, limit, position, excludeUuids = [] }) => {
    const rows = await statement.execute({
      query: text,
      prefix: `${text.replace(/[\\%_]/g, "\\$&")}%`,
      excludeUuids: [...excludeUuids],
      score: position?.score ?? PREFIX_SCORE * 2,
      handle: position?.handle ?? "",
      limit: limit + 1,
    });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const more = rows.length > limit && last !== undefined;
    return {
      items: shown.map(({ uuid, handle, display_name }) => ({ uuid, handle, display_name })),
      next: more ? { score: last.score, handle: last.handle } : null,
    };
  };
}
