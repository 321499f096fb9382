import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { AppError } from "@cruddur/contract/errors";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { clientAddress } from "../limits/client-address.ts";
import type { Limits } from "../limits/limits.ts";
import { releaseHeldBytes } from "../limits/page-budget.ts";
import type { SseTransport } from "../live/sse-transport.ts";
import { toErrorResponse } from "./error-response.ts";
import type { FastCalls } from "./fast-calls.ts";
import { isUsableHost } from "./host.ts";
import { kindOf } from "./request-kind.ts";
import { type AppEnv, createRequestScope, type RequestScope } from "./request-scope.ts";
import { createHeaders, setHeaders } from "./security-headers.ts";
import { createSlowReaders } from "./slow-readers.ts";

export interface HttpServerOptions {
  routes: Hono<AppEnv>;
  /** Tried before the routes. */
  fastCalls: FastCalls;
  live: Pick<SseTransport, "handle">;
  limits: Pick<Limits, "consume">;
  webOrigin: string;
  trustedProxies: number;
  /** Runs a request's work inside its trace. */
  traced: (
    request: IncomingMessage,
    scope: RequestScope,
    work: () => Promise<void>,
  ) => Promise<void>;
  /** Time limits for slow clients, in ms. */
  timeouts?: typeof TIMEOUTS;
  /** How long a client may take to receive a whole answer, in ms. */
  receiveTimeoutMs?: number;
  /** Called when a request has been answered or a live connection has ended. */
  onFinished: (request: IncomingMessage, status: number, scope: RequestScope) => void;
}

/** Slow clients must send their headers, and their whole requests, in this time. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
};

/** Enough for the largest answer, 1 MB, over 35 kB a second. */
const RECEIVE_TIMEOUT_MS = 30_000;

/**
 * The public server. Every request gets its scope, the common headers and the rate limit of its
 * address here; then a live connection, the fast path or the routes answer it.
 */
export function createHttpServer(options: HttpServerOptions): Server {
  const { timeouts = TIMEOUTS, receiveTimeoutMs = RECEIVE_TIMEOUT_MS } = options;
  const { routes, fastCalls, live, limits, trustedProxies, traced, onFinished } = options;
  const headers = createHeaders(options);

  const scopes = new WeakMap<object, RequestScope>();
  const callRoutes = getRequestListener(
    (request, env) => {
      const scope = scopes.get(env.incoming);
      if (scope === undefined) throw new Error("a request has no scope");
      return routes.fetch(request, { ...(env as AppEnv["Bindings"]), scope });
    },
    // The library's own global Request is needed: Hono's body limit makes a Request of a Request.
    { overrideGlobalObjects: true, errorHandler: () => toErrorResponse(new Error("unexpected")) },
  );

  async function refuse(response: ServerResponse, error: unknown): Promise<void> {
    const answer = toErrorResponse(error);
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  }

  /** Answers that are complete here, but not yet received by their clients. */
  const unreceived = createSlowReaders(receiveTimeoutMs);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const scope = createRequestScope(
      requestId(request.headers["x-request-id"]),
      clientAddress(
        request.socket.remoteAddress,
        request.headers["x-forwarded-for"],
        trustedProxies,
      ),
    );
    response.once("close", () => {
      releaseHeldBytes(scope.held);
      onFinished(request, response.statusCode, scope);
    });
    unreceived.watch(response);
    const commonHeaders = headers.of(request, scope.id);
    if (request.method === "OPTIONS") {
      setHeaders(response, commonHeaders);
      return headers.preflight(request, response);
    }
    let kind: "live" | "other";
    try {
      await limits.consume("requests", { address: scope.address });
      if (!isUsableHost(request.headers.host)) throw new AppError("invalid_input");
      kind = kindOf(request);
    } catch (error) {
      setHeaders(response, commonHeaders);
      return refuse(response, error);
    }
    if (kind === "live") {
      setHeaders(response, commonHeaders);
      return live.handle(request, response, scope);
    }
    return traced(request, scope, async () => {
      if (await fastCalls(request, response, commonHeaders, scope)) return;
      setHeaders(response, commonHeaders);
      scopes.set(request, scope);
      await callRoutes(request, response);
    });
  }

  const server = createServer(
    {
      ...timeouts,
      // Longer than load balancers keep connections, so that none sends into a closing one.
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => {
      handle(request, response).catch(() => response.destroy());
    },
  );
  server.once("close", unreceived.close);
  return server;
}

/** The client's own request id is kept when it is harmless in a log line. */
function requestId(header: string | string[] | undefined): string {
  return typeof header === "string" && /^[\w-]{8,64}$/.test(header) ? header : randomUUID();
}
