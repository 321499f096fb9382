import { randomUUID } from "node:crypto";
import { createDb } from "@cruddur/db/client";
import { applyAccountLinks, planAccountLinks } from "@cruddur/db/link-accounts";
import { migrateDb } from "@cruddur/db/migrate";
import { seedDemoUsers } from "@cruddur/db/seed";
import type { Member } from "@cruddur/ddb/types";
import { startPostgres } from "@cruddur/engines/postgres";
import { startUserPool, type UserPool } from "@cruddur/engines/user-pool";
import type { BenchContext } from "./bench.ts";
import { type Child, startChild } from "./child.ts";
import { httpRequest } from "./load.ts";
import { fillBothTables, ORIGINAL_TABLE, startBothTables } from "./original-table.ts";
import { type BenchTable, ORDINARY_TEXT, people } from "./table.ts";

/** Real engines with one signed-in person, the owner, whose inbox and conversations are full. */
export interface World extends BenchTable {
  connectionUrl: string;
  pool: UserPool;
  owner: Member;
  /** The others; all have rows in Postgres. */
  others: Member[];
  /** The owner's access token. */
  token: string;
  /** Access tokens of everybody, the owner's first. */
  tokens: string[];
  /** Conversations of the owner with 40 messages each, in both tables. */
  pair: string;
  groupOf50: string;
}

/** The owner's and the first of the others', to sign in with. */
export const PASSWORD = "bench-password-1";
const INBOX_GROUPS = 40;
/** So that limits, which protect servers from load like this, don't end the measurement. */
const NO_LIMIT = "1000000000/1";

export async function startWorld(ctx: BenchContext): Promise<World> {
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
  // Two sign in with a password; the others' tokens are signed without.
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

/** The variables of a product server in this world. */
export function serverEnv(world: World): Record<string, string> {
  const limits = ["SENDS", "SIGN_INS", "ACCOUNTS", "SEARCHES", "LOOKUPS", "TYPING", "REQUESTS"];
  return {
    NODE_ENV: "production",
    LOG_LEVEL: "info",
    PORT: "0",
    AWS_ENDPOINT_URL: world.endpoint,
    CONNECTION_URL: world.connectionUrl,
    AWS_COGNITO_ENDPOINT_URL: world.pool.endpoint,
    AWS_COGNITO_USER_POOL_ID: world.pool.userPoolId,
    AWS_COGNITO_CLIENT_ID: world.pool.clientId,
    CURSOR_SECRET: "bench-cursor-secret-of-32-characters",
    LIVE_MAX_CONNECTIONS_PER_USER: "100000",
    ...Object.fromEntries(limits.map((name) => [`LIMIT_${name}`, NO_LIMIT])),
  };
}

/** The product's server as a process of its own, with its logs on, as it runs in production. */
export async function startProduct(
  ctx: BenchContext,
  world: World,
  options: { env?: Record<string, string>; cannedTable?: boolean } = {},
): Promise<Child> {
  const env = { ...serverEnv(world), ...options.env };
  const child = await startChild("src/peers/product-server.ts", {
    args: [JSON.stringify({ env, cannedTable: options.cannedTable ?? false })],
    alone: true,
    like: "server",
  });
  ctx.defer(() => child.stop());
  return child;
}

/** The original's design in the same world; `endpoint` may be a stub before the engine. */
export async function startOriginal(
  ctx: BenchContext,
  world: World,
  endpoint: string = world.endpoint,
): Promise<Child> {
  const { issuer, jwksUri } = world.pool;
  const jwks = await (await fetch(jwksUri)).json();
  const settings = { endpoint, tableName: ORIGINAL_TABLE, issuer, jwks };
  const child = await startChild("src/peers/original/server.ts", {
    args: [JSON.stringify({ ...settings, connectionUrl: world.connectionUrl })],
    alone: true,
  });
  ctx.defer(() => child.stop());
  return child;
}

/** `GET /trpc/<path>` with the owner's token. `path` may be a batch: `a,b?batch=1`. */
export function queryRequest(world: World, port: number, path: string, input: unknown): Buffer {
  const separator = path.includes("?") ? "&" : "?";
  return httpRequest({
    method: "GET",
    path: `/trpc/${path}${separator}input=${encodeURIComponent(JSON.stringify(input))}`,
    port,
    headers: { authorization: `Bearer ${world.token}` },
  });
}

/** Makes `messages.create` requests, each a message of its own, by the owner. */
export function createRequests(
  world: World,
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
      headers: { authorization: `Bearer ${world.token}` },
      body: JSON.stringify({ message_group_uuid, message: text(), client_id: randomUUID() }),
    });
}

/** The body of one answer, to compare or to replay. Throws when it isn't a 200. */
export async function fetchBody(world: World, port: number, path: string, input: unknown) {
  const separator = path.includes("?") ? "&" : "?";
  const url = `http://127.0.0.1:${port}/trpc/${path}${separator}input=${encodeURIComponent(JSON.stringify(input))}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${world.token}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${text.slice(0, 300)}`);
  return text;
}
