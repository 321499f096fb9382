import { and, eq, inArray, ne, or, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { keptHandles, users } from "./schema.ts";

/** How many characters of a text are compared. */
export const OPENING_CHARS = 24;

/**
 * The names by which a person may be found, in lower case: handle, earlier handles, display name,
 * email address, and the names of their account. Names that are also somebody else's are left out.
 * Throws AppError `unavailable`.
 */
export async function listNamesOf(db: Db, user_uuid: string): Promise<string[]> {
  return withAppErrors(async () => {
    const [user] = await db.select().from(users).where(eq(users.uuid, user_uuid));
    if (user === undefined) return [];
    const kept = await db
      .select({ handle: keptHandles.handle })
      .from(keptHandles)
      .where(eq(keptHandles.user_uuid, user_uuid));
    const { handle, display_name, email, pool_username, cognito_user_id } = user;
    const all = [handle, display_name, email, pool_username, cognito_user_id];
    const names = [...all, ...kept.map((each) => each.handle)]
      .flatMap((name) => name ?? [])
      .map((name) => name.toLowerCase());
    const isOthers = or(
      inArray(sql`lower(${users.display_name})`, names),
      inArray(sql`lower(${users.handle}::text)`, names),
    );
    const others = await db
      .select({ handle: users.handle, display_name: users.display_name })
      .from(users)
      .where(and(ne(users.uuid, user_uuid), isOthers));
    const taken = others.flatMap((other) => [other.handle, other.display_name]);
    const shared = new Set(taken.map((name) => name.toLowerCase()));
    return [...new Set(names)].filter((name) => !shared.has(name));
  });
}

/**
 * Looks through every column of text for names, and for texts that begin as given. Rows that quote
 * others, such as the evidence of a report, are JSON and not searched: those about the person have
 * gone with the person. Throws AppError `unavailable`.
 * @returns how many rows there are, and how many of each table hold something
 */
export async function searchRows(
  db: Db,
  { names, openings }: { names: readonly string[]; openings: readonly string[] },
): Promise<{ rows: number; found: Map<string, number> }> {
  const found = new Map<string, number>();
  let rows = 0;
  await withAppErrors(async () => {
    const columns = await db.execute<{ table_name: string; names: string[] }>(
      sql`select table_name::text, array_agg(column_name::text) as names
        from information_schema.columns
        where table_schema = 'public' and (data_type = 'text' or udt_name in ('citext', 'varchar'))
        group by table_name`,
    );
    for (const { table_name, names: columnNames } of columns.rows) {
      const matches = columnNames.map((column) => {
        const value = sql`${sql.identifier(column)}::text`;
        const isName = sql`lower(${value}) in (select jsonb_array_elements_text(${JSON.stringify(names)}::jsonb))`;
        const opening = sql`left(${value}, ${OPENING_CHARS})`;
        return sql`(${isName} or ${opening} in (select jsonb_array_elements_text(${JSON.stringify(openings)}::jsonb)))`;
      });
      const hits = sql`count(*) filter (where ${sql.join(matches, sql` or `)})`;
      const table = sql.identifier(table_name);
      const counted = await db.execute<{ all: number; hits: number }>(
        sql`select count(*)::int as all, (${hits})::int as hits from ${table}`,
      );
      const [row] = counted.rows;
      rows += row?.all ?? 0;
      if (row !== undefined && row.hits > 0) found.set(table_name, row.hits);
    }
  });
  return { rows, found };
}
