import { randomUUID } from "node:crypto";
import { createDb } from "@cruddur/db/client";
import { applyAccountLinks, planAccountLinks } from "@cruddur/db/link-accounts";
import { migrateDb } from "@cruddur/db/migrate";
import { seedDemoUsers } from "@cruddur/db/seed";
import type { Member } from "@cruddur/ddb/types";
import { startPostgres } from "@cruddur/engines/postgres";
import { type LocalUserPool, startUserPool } from "@cruddur/engines/user-pool";
import type { BenchContext } from "./bench.ts";
import { type Child, startChild } from "./child.ts";
import { httpRequest } from "./load.ts";
import { fillBothTables, ORIGINAL_TABLE, startBothTables } from "./original-table.ts";
import { type BenchTable, ORDINARY_TEXT, people } from "./table.ts";

/** Real engines with people and conversations. One person, the owner, has a full inbox. */
export interface Environment extends BenchTable {
  connectionUrl: string;
  pool: LocalUserPool;
  owner: Member;
  /** All other people. They exist in Postgres, too. */
  others: Member[];
  /** The owner's access token. */
  token: string;
  /** The access tokens of all people, the owner's first. */
  tokens: string[];
  /** The owner's conversation with one person, which has 40 messages in both tables. */
  pair: string;
  /** The owner's conversation with 49 people, which has 40 messages in both tables. */
  groupOf50: string;
}

/** The password of the owner and of the first of the others. */
export const PASSWORD = "bench-password-1";
const INBOX_GROUPS = 40;
/** Lifts the rate limits, which would end a measurement. */
const NO_LIMIT = "1000000000/1";

export async function startEnvironment(ctx: BenchContext): Promise<Environment> {
  const [table, postgres, pool] = await Promise.all([
    startBothTables(ctx),
    startPostgres(),
    startUserPool(),
  ]);
  ctx.defer(() => postgres.stop());
  ctx.defer(() => pool.stop());
  const { connectionUrl } = postgres;
  await migrateDb(connectionUrl);

  const [owner, ...others] = people(50) as [Member, ...Member[]];
  const signUp = async ({ handle, display_name }: Member): Promise<string> => {
    const email = `${handle}@example.com`;
    const { sub } = await pool.createUser({ handle, display_name, email, password: PASSWORD });
    return sub;
  };
  const { db, close } = createDb({ connectionUrl });
  await seedDemoUsers(
    db,
    [owner, ...others].map(({ user_uuid: uuid, handle, display_name }) => {
      return { uuid, handle, display_name, email: `${handle}@example.com` };
    }),
  );
  // Only two people sign in with a password. The tokens of the others are signed directly.
  const withPassword = await Promise.all([owner, ...others.slice(0, 1)].map(signUp));
  const subs = [owner, ...others].map((_, index) => withPassword[index] ?? randomUUID());
  const { links } = await planAccountLinks(
    db,
    [owner, ...others].map(({ handle }, index) => ({
      cognito_user_id: subs[index] ?? "",
      username: handle,
      email: `${handle}@example.com`,
      email_verified: true,
    })),
  );
  await applyAccountLinks(db, links);
  await close();

  const fill = async (members: Member[], messages: number): Promise<string> => {
    const message_group_uuid = randomUUID();
    await fillBothTables(table.client, { message_group_uuid, members, messages });
    return message_group_uuid;
  };
  for (const other of others.slice(0, INBOX_GROUPS)) await fill([owner, other], 1);
  const pair = await fill([owner, ...others.slice(0, 1)], 40);
  const groupOf50 = await fill([owner, ...others], 40);
  const tokens = await Promise.all(subs.map((each) => pool.signToken({ sub: each })));
  const token = tokens[0] ?? "";
  return { ...table, connectionUrl, pool, owner, others, token, tokens, pair, groupOf50 };
}

/** The environment variables of a product server. */
export function serverEnv(environment: Environment): Record<string, string> {
  const limits = [
    "SENDS",
    "SIGN_INS",
    "ACCOUNTS",
    "CODES",
    "SEARCHES",
    "LOOKUPS",
    "TYPING",
    "REQUESTS",
    "READS",
    "CHANGES",
    "NAMES",
    "CONNECTIONS",
  ];
  return {
    NODE_ENV: "production",
    LOG_LEVEL: "info",
    PORT: "0",
    AWS_ENDPOINT_URL: environment.endpoint,
    CONNECTION_URL: environment.connectionUrl,
    ...environment.pool.env,
    CURSOR_SECRET: "bench-cursor-secret-of-32-characters",
    LIVE_MAX_CONNECTIONS_PER_USER: "100000",
    ...Object.fromEntries(limits.map((name) => [`LIMIT_${name}`, NO_LIMIT])),
  };
}

/**
 * Starts the product's server in a process of its own, with logs, as in production.
 * @param options.fixedTable answers reads of the table from memory
 * @param options.shared leaves the server all CPUs that this process may use, instead of one of its own
 */
export async function startProduct(
  ctx: BenchContext,
  environment: Environment,
  options: { env?: Record<string, string>; fixedTable?: boolean; shared?: boolean } = {},
): Promise<Child> {
  const env = { ...serverEnv(environment), ...options.env };
  const child = await startChild("src/compared/product-server.ts", {
    args: [JSON.stringify({ env, fixedTable: options.fixedTable ?? false })],
    alone: !options.shared,
    like: "server",
  });
  ctx.defer(() => child.stop());
  return child;
}

/** Starts the original's design on the same data. @param endpoint the engine, or a stub for it */
export async function startOriginal(
  ctx: BenchContext,
  environment: Environment,
  endpoint: string = environment.endpoint,
): Promise<Child> {
  const { issuer } = environment.pool;
  const jwks = await jwksOf(environment.pool);
  const settings = { endpoint, tableName: ORIGINAL_TABLE, issuer, jwks };
  const child = await startChild("src/compared/original/server.ts", {
    args: [JSON.stringify({ ...settings, connectionUrl: environment.connectionUrl })],
    alone: true,
  });
  ctx.defer(() => child.stop());
  return child;
}

/** The public keys of the pool, which verify tokens. */
export async function jwksOf({ jwksUri }: LocalUserPool): Promise<unknown> {
  return (await fetch(jwksUri)).json();
}

/** A request of `GET /trpc/<path>` by the owner. `path` may be a batch: `a,b?batch=1`. */
export function queryRequest(
  environment: Environment,
  port: number,
  path: string,
  input: unknown,
): Buffer {
  const separator = path.includes("?") ? "&" : "?";
  return httpRequest({
    method: "GET",
    path: `/trpc/${path}${separator}input=${encodeURIComponent(JSON.stringify(input))}`,
    port,
    headers: { authorization: `Bearer ${environment.token}` },
  });
}

/** Returns a function that creates `messages.create` requests by the owner, each with a new message. */
export function createRequests(
  environment: Environment,
  port: number,
  message_group_uuid: string,
  options: { text?: () => string } = {},
): () => Buffer {
  const text = options.text ?? (() => ORDINARY_TEXT);
  return () =>
    httpRequest({
      method: "POST",
      path: "/trpc/messages.create",
      port,
      headers: { authorization: `Bearer ${environment.token}` },
      body: JSON.stringify({ message_group_uuid, message: text(), client_id: randomUUID() }),
    });
}

/** Returns the body of one answer. Throws unless the status is 200. */
export async function fetchBody(
  environment: Environment,
  port: number,
  path: string,
  input: unknown,
) {
  const separator = path.includes("?") ? "&" : "?";
  const url = `http://127.0.0.1:${port}/trpc/${path}${separator}input=${encodeURIComponent(JSON.stringify(input))}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${environment.token}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${text.slice(0, 300)}`);
  return text;
}
