import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@cruddur/contract/errors";
import { type ProcedurePath, procedures } from "@cruddur/contract/procedures";
import type { TRPCError } from "@trpc/server";
import { getHTTPStatusCode } from "@trpc/server/http";
import { callProcedure, describeFailure, type ProcedureCall } from "../api/call-procedure.ts";
import { createContext, type Services } from "../api/context.ts";
import { createJsonBody } from "./json-body.ts";
import type { RequestScope } from "./request-scope.ts";
import type { HeaderList } from "./security-headers.ts";
import {
  MAX_BATCH_SIZE,
  type OnCallFailed,
  retryAfterSeconds,
  TRPC_ENDPOINT,
} from "./trpc-handler.ts";

/** Resolves to false, with nothing read or answered, when the request must take the standard path. */
export type FastCalls = (
  request: IncomingMessage,
  response: ServerResponse,
  /** The headers of every response. */
  commonHeaders: HeaderList,
  scope: RequestScope,
) => Promise<boolean>;

/**
 * The fast path of queries and mutations (ADR 17): calls the same procedures as the standard path,
 * with all their guards and schemas, on Node's own request and response instead of a `Request` and a
 * `Response`. It takes only requests in the form in which tRPC's own clients send them.
 */
export function createFastCalls(services: Services, onError: OnCallFailed): FastCalls {
  return async (request, response, commonHeaders, scope) => {
    if (request.headers["trpc-accept"] !== undefined) return false;
    const parsed = parseRequest(request);
    if (parsed === null) return false;
    const { type, isBatch, paths, readInput } = parsed;
    const ctx = createContext(services, request.headers.authorization, scope);
    const errors: TRPCError[] = [];

    async function run(path: ProcedurePath, batchIndex: number): Promise<Answer> {
      const getInput = () => readInput(batchIndex);
      const call: ProcedureCall = { path, type, ctx, getInput, batchIndex };
      try {
        return { result: { data: await callProcedure(call) } };
      } catch (cause) {
        const { error, shape } = describeFailure(cause, call);
        errors.push(error);
        onError(error, path, scope);
        return { error: shape };
      }
    }

    const answers = await Promise.all(paths.map(run));
    // Node would join a string to the headers and encode it, which leaves two more copies in the heap.
    const body = Buffer.from(JSON.stringify(isBatch ? answers : answers[0]));
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

type Answer =
  | { result: { data: unknown } }
  | { error: ReturnType<typeof describeFailure>["shape"] };

interface ParsedRequest {
  type: "query" | "mutation";
  isBatch: boolean;
  paths: ProcedurePath[];
  /** The input of one of the calls. Throws AppError `invalid_input`. */
  readInput: (batchIndex: number) => unknown;
}

const QUERY_URL = new RegExp(`^${TRPC_ENDPOINT}/([\\w.,]+)\\?(batch=1&)?input=([^&#]*)$`);
const MUTATION_URL = new RegExp(`^${TRPC_ENDPOINT}/([\\w.,]+)(\\?batch=1)?$`);

/** @returns null for anything that isn't in the form in which tRPC's links send calls */
function parseRequest(request: IncomingMessage): ParsedRequest | null {
  const { method, url = "" } = request;
  if (method === "GET") {
    const [, joinedPaths, batch, encoded] = QUERY_URL.exec(url) ?? [];
    if (joinedPaths === undefined || encoded === undefined) return null;
    const calls = parsePaths(joinedPaths, "query", batch !== undefined);
    const input = calls === null ? null : parseInput(encoded);
    if (calls === null || typeof input !== "object" || input === null) return null;
    return { ...calls, readInput: (index) => inputOf(input, calls.isBatch, index) };
  }
  if (method !== "POST") return null;
  const [, joinedPaths, batch] = MUTATION_URL.exec(url) ?? [];
  if (joinedPaths === undefined) return null;
  const calls = parsePaths(joinedPaths, "mutation", batch !== undefined);
  const readBody = calls === null ? null : createJsonBody(request);
  if (calls === null || readBody === null) return null;
  return {
    ...calls,
    readInput: async (index) => inputOf(await readBody(), calls.isBatch, index),
  };
}

function parsePaths(joined: string, type: ParsedRequest["type"], isBatch: boolean) {
  const paths = isBatch ? joined.split(",") : [joined];
  const isPath = (path: string): path is ProcedurePath =>
    Object.hasOwn(procedures, path) && procedures[path as ProcedurePath].kind === type;
  return paths.length <= MAX_BATCH_SIZE && paths.every(isPath) ? { type, isBatch, paths } : null;
}

function inputOf(input: unknown, isBatch: boolean, index: number): unknown {
  if (!isBatch) return input;
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new AppError("invalid_input");
  }
  return (input as Record<number, unknown>)[index];
}

function parseInput(encoded: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(encoded));
  } catch {
    return null;
  }
}
