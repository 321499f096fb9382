import type { IncomingMessage, ServerResponse } from "node:http";
import { type ProcedurePath, procedures } from "@cruddur/contract/procedures";
import type { TRPCError } from "@trpc/server";
import { getHTTPStatusCode } from "@trpc/server/http";
import { callProcedure, describeFailure, type ProcedureCall } from "../api/call-procedure.ts";
import { createContext, type Services } from "../api/context.ts";
import type { RequestScope } from "./request-scope.ts";
import type { HeaderList } from "./security-headers.ts";
import {
  MAX_BATCH_SIZE,
  type OnCallFailed,
  retryAfterSeconds,
  TRPC_ENDPOINT,
} from "./trpc-handler.ts";

/** Resolves to false, with nothing answered, when the request must take the standard path. */
export type FastQueries = (
  request: IncomingMessage,
  response: ServerResponse,
  /** The headers of every response. */
  commonHeaders: HeaderList,
  scope: RequestScope,
) => Promise<boolean>;

/**
 * The fast path of queries (ADR 17): calls the same procedures as the standard path, with all their
 * guards and schemas, on Node's own request and response instead of a `Request` and a `Response`.
 * It takes only requests in the form in which tRPC's own clients send queries.
 */
export function createFastQueries(services: Services, onError: OnCallFailed): FastQueries {
  return async (request, response, commonHeaders, scope) => {
    if (request.method !== "GET" || request.headers["trpc-accept"] !== undefined) return false;
    const parsed = parseUrl(request.url ?? "");
    if (parsed === null) return false;
    const ctx = createContext(services, request.headers.authorization, scope);
    const errors: TRPCError[] = [];

    async function run({ path, input }: Query, batchIndex: number): Promise<Answer> {
      const call: ProcedureCall = { path, type: "query", ctx, getInput: () => input, batchIndex };
      try {
        return { result: { data: await callProcedure(call) } };
      } catch (cause) {
        const { error, shape } = describeFailure(cause, call);
        errors.push(error);
        onError(error, path, scope);
        return { error: shape };
      }
    }

    const answers = await Promise.all(parsed.queries.map(run));
    // Node would join a string to the headers and encode it, which leaves two more copies in the heap.
    const body = Buffer.from(JSON.stringify(parsed.isBatch ? answers : answers[0]));
    const seconds = retryAfterSeconds(errors);
    const headers = commonHeaders.concat(
      OWN_HEADERS,
      ["content-length", String(body.byteLength)],
      seconds === null ? [] : ["retry-after", String(seconds)],
    );
    // All headers in one call: setting them one by one costs as much as the rate limit and the token.
    response.writeHead(errors.length === 0 ? 200 : getHTTPStatusCode(answers), headers).end(body);
    return true;
  };
}

const OWN_HEADERS: HeaderList = [
  ...["content-type", "application/json"],
  ...["cache-control", "no-store"],
  ...["vary", "trpc-accept, accept, origin"],
];

interface Query {
  path: ProcedurePath;
  input: unknown;
}

type Answer =
  | { result: { data: unknown } }
  | { error: ReturnType<typeof describeFailure>["shape"] };

const URL_FORM = new RegExp(`^${TRPC_ENDPOINT}/([\\w.,]+)\\?(batch=1&)?input=([^&#]*)$`);

/** @returns null for anything that isn't in the form in which tRPC's links send queries */
function parseUrl(url: string): { isBatch: boolean; queries: Query[] } | null {
  const [, joinedPaths, batch, encoded] = URL_FORM.exec(url) ?? [];
  if (joinedPaths === undefined || encoded === undefined) return null;
  const input = parseInput(encoded);
  if (typeof input !== "object" || input === null) return null;
  const isBatch = batch !== undefined;
  const paths = isBatch ? joinedPaths.split(",") : [joinedPaths];
  if (paths.length > MAX_BATCH_SIZE || !paths.every(isQueryPath)) return null;
  const queries = paths.map((path, index) => ({
    path,
    input: isBatch ? (input as Record<string, unknown>)[index] : input,
  }));
  return { isBatch, queries };
}

function isQueryPath(path: string): path is ProcedurePath {
  return Object.hasOwn(procedures, path) && procedures[path as ProcedurePath].kind === "query";
}

function parseInput(encoded: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(encoded));
  } catch {
    return null;
  }
}
