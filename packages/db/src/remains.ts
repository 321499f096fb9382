import { and, eq, inArray, ne, or, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { erasures, keptHandles, users } from "./schema.ts";

/** They keep that an account was erased, and what happened to it when; the uuid leads to nobody. */
const NAMED_ON_PURPOSE: ReadonlySet<string> = new Set(["erasures", "security_events"]);

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
    if (user === undefined) {
      // An erasure that was cut off knows the handle until it is finished.
      const [cut] = await db.select().from(erasures).where(eq(erasures.user_uuid, user_uuid));
      return cut?.handle == null ? [] : [cut.handle.toLowerCase()];
    }
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
 * Looks through every column of text for names, and for texts that begin as given, and through every
 * column of uuids for the person's, such as their picture's or a push subscription's. Rows that quote
 * others, such as the evidence of a report, are JSON and not searched: those about the person have
 * gone with the person. Throws AppError `unavailable`.
 * @returns how many rows there are, and how many of each table hold something
 */
export async function searchRows(
  db: Db,
  {
    user_uuid,
    names,
    openings,
  }: { user_uuid: string; names: readonly string[]; openings: readonly string[] },
): Promise<{ rows: number; found: Map<string, number> }> {
  const found = new Map<string, number>();
  let rows = 0;
  await withAppErrors(async () => {
    const isText = sql`(data_type = 'text' or udt_name in ('citext', 'varchar'))`;
    const columns = await db.execute<{ table_name: string; texts: string[]; uuids: string[] }>(
      sql`select table_name::text,
          coalesce(array_agg(column_name::text) filter (where ${isText}), '{}') as texts,
          coalesce(array_agg(column_name::text) filter (where udt_name = 'uuid'), '{}') as uuids
        from information_schema.columns
        where table_schema = 'public' and (${isText} or udt_name = 'uuid')
        group by table_name`,
    );
    for (const { table_name, texts, uuids } of columns.rows) {
      const owners = NAMED_ON_PURPOSE.has(table_name) ? [] : uuids;
      const isOwn = owners.map((column) => sql`${sql.identifier(column)} = ${user_uuid}`);
      const matches = texts.map((column) => {
        const value = sql`${sql.identifier(column)}::text`;
        const isName = sql`lower(${value}) in (select jsonb_array_elements_text(${JSON.stringify(names)}::jsonb))`;
        const opening = sql`left(${value}, ${OPENING_CHARS})`;
        return sql`(${isName} or ${opening} in (select jsonb_array_elements_text(${JSON.stringify(openings)}::jsonb)))`;
      });
      const hits = sql`count(*) filter (where ${sql.join([...isOwn, ...matches, sql`false`], sql` or `)})`;
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
