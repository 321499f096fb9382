import type { IncomingMessage } from "node:http";
import type { TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createContext, type Services } from "../api/context.ts";
import { toPublicError } from "../api/errors.ts";
import { appRouter } from "../router.ts";
import type { RequestScope } from "./request-scope.ts";

/** Largest number of calls in one request. A page load makes three. */
export const MAX_BATCH_SIZE = 20;
export const TRPC_ENDPOINT = "/trpc";

/** Called with each call that failed. */
export type OnCallFailed = (
  error: TRPCError,
  path: string | undefined,
  scope: RequestScope,
) => void;

/** The standard path: tRPC's own handler. Live connections never come here (`live/sse-transport.ts`). */
export function createTrpcHandler(options: { services: Services; onError: OnCallFailed }) {
  const { services, onError } = options;
  return (req: Request, incoming: IncomingMessage, scope: RequestScope): Promise<Response> =>
    fetchRequestHandler({
      endpoint: TRPC_ENDPOINT,
      router: appRouter,
      req,
      createContext: () => createContext(services, incoming.headers.authorization, scope),
      maxBatchSize: MAX_BATCH_SIZE,
      responseMeta: ({ errors }) => ({ headers: headersOf(errors) }),
      onError: ({ error, path }) => onError(error, path, scope),
    });
}

function headersOf(errors: TRPCError[]): Headers {
  const headers = new Headers({ "cache-control": "no-store" });
  const seconds = retryAfterSeconds(errors);
  if (seconds !== null) headers.set("retry-after", String(seconds));
  return headers;
}

/** The longest wait that the failed calls of a request ask for, in seconds; null when none does. */
export function retryAfterSeconds(errors: TRPCError[]): number | null {
  const waits = errors.flatMap((error) => toPublicError(error).retry_after_seconds ?? []);
  return waits.length === 0 ? null : Math.max(...waits);
}
