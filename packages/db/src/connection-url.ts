import { z } from "zod";

const parts = z.object({
  PGHOST: z.string().min(1),
  PGPORT: z.string().default("5432"),
  PGUSER: z.string().default("postgres"),
  PGPASSWORD: z.string().default(""),
  PGDATABASE: z.string().default("cruddur"),
  PGSSLMODE: z.string().optional(),
});

/**
 * `CONNECTION_URL`, or one put together from the `PG…` variables, which is how a container gets the
 * fields of a Secrets Manager secret one by one. undefined when neither is set.
 */
export function connectionUrlFromEnv(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (env.CONNECTION_URL) return env.CONNECTION_URL;
  const found = parts.safeParse(env);
  if (!found.success) return undefined;
  const { PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE } = found.data;
  const account = `${encodeURIComponent(PGUSER)}:${encodeURIComponent(PGPASSWORD)}`;
  const query = PGSSLMODE ? `?sslmode=${encodeURIComponent(PGSSLMODE)}` : "";
  return `postgres://${account}@${PGHOST}:${PGPORT}/${encodeURIComponent(PGDATABASE)}${query}`;
}
