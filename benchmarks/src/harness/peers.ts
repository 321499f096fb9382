import { isDeepStrictEqual } from "node:util";
import type { BenchContext } from "./bench.ts";
import { type Child, startChild } from "./child.ts";
import { type Environment, fetchBody, jwksOf, startOriginal, startProduct } from "./environment.ts";

/** Servers that do the same job, from the limit to what the product replaces. */
export interface Peers {
  product: Child;
  byHand: Child;
  documented: Child;
  original: Child;
}

/** What each peer is called in the results. */
export const PEER_NAMES = {
  byHand: "by hand",
  documented: "as the docs say",
  original: "the original",
} as const;

/** Starts all peers on the same data. @param endpoint the engine, or a stub for it */
async function startPeers(
  ctx: BenchContext,
  environment: Environment,
  endpoint: string = environment.endpoint,
): Promise<Peers> {
  return {
    product: await startProduct(ctx, environment, { env: { AWS_ENDPOINT_URL: endpoint } }),
    byHand: await startByHand(ctx, environment, { endpoint }),
    documented: await startDocumented(ctx, environment, endpoint),
    original: await startOriginal(ctx, environment, endpoint),
  };
}

/** The tables that peers are compared over, as the results call them. */
export const TABLES = {
  instant: "a stub that answers at once",
  slow: "a stub that answers after 5 ms",
  engine: "the engine",
};
export type TableName = keyof typeof TABLES;
const STUB_DELAYS_MS = { instant: 0, slow: 5 };

/** @returns the peers over each table, started once and only where asked for */
export function createPeers(ctx: BenchContext, environment: Environment) {
  const started = new Map<TableName, Promise<Peers>>();
  const start = async (table: TableName): Promise<Peers> => {
    if (table === "engine") return startPeers(ctx, environment);
    return startPeers(ctx, environment, await startStub(ctx, environment, STUB_DELAYS_MS[table]));
  };
  return (table: TableName): Promise<Peers> => {
    const peers = started.get(table) ?? start(table);
    started.set(table, peers);
    return peers;
  };
}

/** The HTTP sides of a comparison of all peers. */
export function sidesOf(peers: Peers, requestOf: (port: number) => Buffer | (() => Buffer)) {
  const side = (child: Child) => ({ child, request: requestOf(child.ready) });
  return {
    product: side(peers.product),
    byHand: side(peers.byHand),
    documented: side(peers.documented),
    original: side(peers.original),
  };
}

/** Starts the limit for a server that reads a table. */
export async function startByHand(
  ctx: BenchContext,
  environment: Environment,
  options: { endpoint?: string; fixedTable?: boolean } = {},
): Promise<Child> {
  const { endpoint = environment.endpoint, fixedTable = false } = options;
  const { token, owner, others } = environment;
  const people = Object.fromEntries(
    [owner, ...others].map(({ user_uuid, ...names }) => [user_uuid, names]),
  );
  const settings = { endpoint, token, owner: owner.user_uuid, people, fixedTable };
  return startPeer(ctx, "src/compared/by-hand/server.ts", settings);
}

async function startDocumented(
  ctx: BenchContext,
  environment: Environment,
  endpoint: string,
): Promise<Child> {
  const { connectionUrl, pool } = environment;
  const settings = { endpoint, connectionUrl, issuer: pool.issuer, jwks: await jwksOf(pool) };
  return startPeer(ctx, "src/compared/as-documented/server.ts", settings);
}

async function startPeer(ctx: BenchContext, file: string, settings: object): Promise<Child> {
  const child = await startChild(file, { args: [JSON.stringify(settings)], alone: true });
  ctx.defer(() => child.stop());
  return child;
}

/** Starts a stub of the table that answers after a delay. @returns its endpoint */
async function startStub(
  ctx: BenchContext,
  environment: Environment,
  delayMs: number,
): Promise<string> {
  const args = [environment.endpoint, String(delayMs)];
  const stub = await startChild("src/compared/replay-stub.ts", { args });
  ctx.defer(() => stub.stop());
  return `http://127.0.0.1:${stub.ready}`;
}

/**
 * Asks each server once, and throws unless the peers answer as the product does, apart from cursors.
 * The original has another form.
 */
export async function compareAnswers(
  environment: Environment,
  peers: Partial<Peers> & { product: Child },
  path: string,
  input: unknown,
): Promise<void> {
  const itemsOf = async (child: Child) => {
    const body = JSON.parse(await fetchBody(environment, child.ready, path, input));
    return body.result.data.items as unknown[] | undefined;
  };
  const expected = await itemsOf(peers.product);
  for (const name of ["byHand", "documented"] as const) {
    const peer = peers[name];
    if (peer === undefined || isDeepStrictEqual(await itemsOf(peer), expected)) continue;
    throw new Error(`${path}: the peer ${PEER_NAMES[name]} does another job than the product`);
  }
  if (peers.original) await fetchBody(environment, peers.original.ready, path, input);
}
