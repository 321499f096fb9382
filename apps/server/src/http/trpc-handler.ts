import type { IncomingMessage } from "node:http";
import type { TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import type { Context, Services } from "../api/context.ts";
import { toPublicError } from "../api/errors.ts";
import { appRouter } from "../router.ts";
import type { Scope } from "./request-scope.ts";

/** Calls in one request. A page load needs three. */
export const MAX_BATCH_SIZE = 20;
export const TRPC_ENDPOINT = "/trpc";

/** What a request carries into the router, from its headers and where it came from. */
export function createContext(
  services: Services,
  authorization: string | undefined,
  { address, facts }: Scope,
): Context {
  return { services, authorization, address, facts, rows: new Map() };
}

/** Told of each call that failed. */
export type OnCallError = (error: TRPCError, path: string | undefined, scope: Scope) => void;

/** Answers tRPC calls over HTTP. `live.events` has a way of its own (`live/transport.ts`). */
export function createTrpcHandler(options: { services: Services; onError: OnCallError }) {
  const { services, onError } = options;
  return (req: Request, incoming: IncomingMessage, scope: Scope): Promise<Response> =>
    fetchRequestHandler({
      endpoint: TRPC_ENDPOINT,
      router: appRouter,
      req,
      createContext: () => createContext(services, incoming.headers.authorization, scope),
      maxBatchSize: MAX_BATCH_SIZE,
      responseMeta: ({ errors }) => (errors.length === 0 ? NO_STORE : retryAfter(errors)),
      onError: ({ error, path }) => onError(error, path, scope),
    });
}

const NO_STORE = { headers: new Headers({ "cache-control": "no-store" }) };

/** The longest wait any of a batch's failed calls asks for; null when none does. */
export function retryAfterSeconds(errors: TRPCError[]): number | null {
  const waits = errors.flatMap((error) => toPublicError(error).retry_after_seconds ?? []);
  return waits.length === 0 ? null : Math.max(...waits);
}

function retryAfter(errors: TRPCError[]) {
  const seconds = retryAfterSeconds(errors);
  if (seconds === null) return NO_STORE;
  const headers = new Headers(NO_STORE.headers);
  headers.set("retry-after", String(seconds));
  return { headers };
}
