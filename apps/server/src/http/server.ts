import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { Limits } from "../api/context.ts";
import { clientAddress } from "../limits/address.ts";
import { LIVE_PATH, type LiveTransport } from "../live/sse-transport.ts";
import { respondError } from "./error-response.ts";
import type { DirectQueries } from "./fast-queries.ts";
import type { AppEnv, Scope } from "./request-scope.ts";
import { createHeaders, setHeaders } from "./security-headers.ts";

export interface HttpServerOptions {
  app: Hono<AppEnv>;
  /** Tried before the app; see `fast-queries.ts`. */
  direct: DirectQueries;
  live: LiveTransport;
  limits: Pick<Limits, "consume">;
  webOrigin: string;
  trustedProxies: number;
  /** Runs a request's work inside its trace. */
  traced: (request: IncomingMessage, scope: Scope, work: () => Promise<void>) => Promise<void>;
  /** How long clients may take to send. Default: 10 s for headers, 30 s for a whole request. */
  patience?: {
    headersTimeout: number;
    requestTimeout: number;
    connectionsCheckingInterval: number;
  };
  /** Called when a request has been answered; for a live stream, when it has ended. */
  onFinished: (request: IncomingMessage, status: number, scope: Scope) => void;
}

/** Slow clients are cut: headers and bodies have to arrive in time, in milliseconds. */
const PATIENCE = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
};

/** The public listener: what every request passes, then the live streams or the app. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { app, direct, live, limits, trustedProxies, traced, onFinished } = options;
  const { patience = PATIENCE } = options;
  const headers = createHeaders(options);

  const scopes = new WeakMap<object, Scope>();
  const listen = getRequestListener(
    (request, env) => {
      const scope = scopes.get(env.incoming);
      if (scope === undefined) throw new Error("a request without a scope");
      return app.fetch(request, { ...(env as AppEnv["Bindings"]), scope });
    },
    // Keeps node-server's own global Request: Hono's body limit makes a Request of a Request.
    { overrideGlobalObjects: true, errorHandler: () => respondError(new Error("unexpected")) },
  );

  async function refuse(response: ServerResponse, error: unknown): Promise<void> {
    const answer = respondError(error);
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const scope: Scope = {
      id: requestId(request.headers["x-request-id"]),
      address: clientAddress(
        request.socket.remoteAddress,
        request.headers["x-forwarded-for"],
        trustedProxies,
      ),
      startedAt: performance.now(),
      facts: {},
    };
    response.once("close", () => onFinished(request, response.statusCode, scope));
    const common = headers.of(request, scope.id);
    if (request.method === "OPTIONS") {
      setHeaders(response, common);
      return headers.preflight(request, response);
    }
    try {
      await limits.consume("requests", { address: scope.address });
    } catch (error) {
      setHeaders(response, common);
      return refuse(response, error);
    }
    if (request.method === "GET" && isLive(request.url ?? "")) {
      setHeaders(response, common);
      return live.handle(request, response, scope);
    }
    return traced(request, scope, async () => {
      if (await direct(request, response, common, scope)) return;
      setHeaders(response, common);
      scopes.set(request, scope);
      await listen(request, response);
    });
  }

  return createServer(
    {
      ...patience,
      // Longer than load balancers keep theirs, so that they never send into a closing one.
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => {
      handle(request, response).catch(() => response.destroy());
    },
  );
}

function isLive(url: string): boolean {
  return url === LIVE_PATH || url.startsWith(`${LIVE_PATH}?`);
}

/** A caller's id is kept if it is harmless in a log line. */
function requestId(header: string | string[] | undefined): string {
  return typeof header === "string" && /^[\w-]{8,64}$/.test(header) ? header : randomUUID();
}
