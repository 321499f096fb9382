import type { IncomingMessage, ServerResponse } from "node:http";
import { getTRPCErrorFromUnknown, getTRPCErrorShape, type TRPCError } from "@trpc/server";
import { getHTTPStatusCode } from "@trpc/server/http";
import type { Services } from "../api/context.ts";
import { appRouter } from "../router.ts";
import type { Scope } from "./request-scope.ts";
import type { HeaderList } from "./security-headers.ts";
import {
  createContext,
  MAX_BATCH_SIZE,
  type OnCallError,
  retryAfterSeconds,
  TRPC_ENDPOINT,
} from "./trpc-handler.ts";

/** The reads a page load is made of. */
const DIRECT = ["messageGroups.list", "messageGroups.get", "messages.list"];

type Procedure = (options: {
  ctx: unknown;
  getRawInput: () => Promise<unknown>;
  path: string;
  type: "query";
  signal: AbortSignal | undefined;
  batchIndex: number;
}) => Promise<unknown>;

// By path at run time, whatever the nested type says.
const byPath = appRouter._def.procedures as unknown as Record<string, Procedure>;
const procedures = new Map(Object.entries(byPath).filter(([path]) => DIRECT.includes(path)));

interface Call {
  path: string;
  procedure: Procedure;
  input: unknown;
}

/** Resolves to false when the request is to be answered the usual way. */
export type DirectQueries = (
  request: IncomingMessage,
  response: ServerResponse,
  /** Headers of every response. */
  common: HeaderList,
  scope: Scope,
) => Promise<boolean>;

/**
 * Answers the hottest reads without a `Request` and a `Response` in between (ADR 17): the same
 * procedures with all their guards and schemas, on Node's own objects. Any other request and any
 * other form goes the usual way.
 */
export function createDirectQueries(services: Services, onError: OnCallError): DirectQueries {
  return async (request, response, common, scope) => {
    if (request.method !== "GET" || request.headers["trpc-accept"] !== undefined) return false;
    const parsed = parseCalls(request.url ?? "");
    if (parsed === null) return false;
    const ctx = createContext(services, request.headers.authorization, scope);
    const errors: TRPCError[] = [];

    async function run({ path, procedure, input }: Call, batchIndex: number): Promise<Answer> {
      try {
        const data = await procedure({
          ctx,
          getRawInput: async () => input,
          path,
          type: "query",
          signal: undefined,
          batchIndex,
        });
        return { result: { data } };
      } catch (cause) {
        const error = getTRPCErrorFromUnknown(cause);
        errors.push(error);
        onError(error, path, scope);
        const config = appRouter._def._config;
        return {
          error: getTRPCErrorShape({ config, error, type: "query", path, input, ctx }),
        };
      }
    }

    const answers = await Promise.all(parsed.calls.map(run));
    const body = JSON.stringify(parsed.batch ? answers : answers[0]);
    const seconds = retryAfterSeconds(errors);
    const headers = common.concat(
      OWN_HEADERS,
      ["content-length", String(Buffer.byteLength(body))],
      seconds === null ? [] : ["retry-after", String(seconds)],
    );
    // All at once: set one by one they cost as much as the rate limit and the token together.
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
  | {
      error: ReturnType<typeof getTRPCErrorShape<(typeof appRouter)["_def"]["_config"]["$types"]>>;
    };

const URL_FORM = new RegExp(`^${TRPC_ENDPOINT}/([\\w.,]+)\\?(batch=1&)?input=([^&#]*)$`);

/** null for anything but what tRPC's own links send for these procedures. */
function parseCalls(url: string): { batch: boolean; calls: Call[] } | null {
  const [, paths, batch, encoded] = URL_FORM.exec(url) ?? [];
  if (paths === undefined || encoded === undefined) return null;
  const input = parseInput(encoded);
  if (typeof input !== "object" || input === null) return null;
  if (batch === undefined) {
    const procedure = procedures.get(paths);
    return procedure === undefined
      ? null
      : { batch: false, calls: [{ path: paths, procedure, input }] };
  }
  const names = paths.split(",");
  if (names.length > MAX_BATCH_SIZE) return null;
  const calls: Call[] = [];
  for (const [index, path] of names.entries()) {
    const procedure = procedures.get(path);
    if (procedure === undefined) return null;
    calls.push({ path, procedure, input: (input as Record<string, unknown>)[index] });
  }
  return { batch: true, calls };
}

function parseInput(encoded: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(encoded));
  } catch {
    return null;
  }
}
