import { AppError } from "@cruddur/contract/errors";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type AccountRoutesOptions, createAccountRoutes } from "../auth/account-routes.ts";
import {
  createOwnAccountRoutes,
  type OwnAccountRoutesOptions,
} from "../auth/own-account-routes.ts";
import { createSessionRoutes, type SessionRoutesOptions } from "../auth/session-routes.ts";
import { createReferenceRoutes } from "../reference/routes.ts";
import { createAvatarRoutes } from "./avatar-routes.ts";
import { toErrorResponse } from "./error-response.ts";
import type { Health } from "./health.ts";
import { MAX_BODY_BYTES } from "./json-body.ts";
import type { AppEnv, RequestScope } from "./request-scope.ts";
import { createSecurityRoutes, type SecurityRoutesOptions } from "./security-routes.ts";
import type { createTrpcHandler } from "./trpc-handler.ts";

const KIB = 1024;
/** The longest body of a route other than the API's has a passkey. */
const OTHER_BODY_BYTES = 64 * KIB;
/** A ticket: anybody may send this form, and many slow uploads take its length many times. */
const DOWNLOAD_BODY_BYTES = 4 * KIB;

export interface RoutesOptions {
  session: SessionRoutesOptions;
  account: AccountRoutesOptions;
  ownAccount: OwnAccountRoutesOptions;
  security: SecurityRoutesOptions;
  avatars: Parameters<typeof createAvatarRoutes>[0];
  trpc: ReturnType<typeof createTrpcHandler>;
  health: () => Promise<Health>;
  /** Serves the web app; null for a path that it doesn't have. */
  files: (request: Request) => Response | null;
  onError: (error: unknown, scope: RequestScope) => void;
}

/** All routes of the public server but the fast path and live connections. */
export function createRoutes(options: RoutesOptions): Hono<AppEnv> {
  const { trpc, health, files, onError } = options;
  const app = new Hono<AppEnv>();

  app.onError((error, c) => {
    onError(error, c.env.scope);
    return toErrorResponse(error);
  });
  // Added after the route's own `vary`, which would replace it.
  app.use(async (c, next) => {
    await next();
    c.header("vary", "origin", { append: true });
  });
  const limitBody = (maxSize: number) =>
    bodyLimit({ maxSize, onError: () => toErrorResponse(new AppError("payload_too_large")) });
  const limitOther = limitBody(OTHER_BODY_BYTES);
  app.post("/trpc/*", limitBody(MAX_BODY_BYTES));
  app.post("/account/export/download", limitBody(DOWNLOAD_BODY_BYTES));
  app.on(["POST", "DELETE"], "*", (c, next) =>
    c.req.path.startsWith("/trpc/") ? next() : limitOther(c, next),
  );

  app.all("/trpc/*", (c) => {
    // tRPC decodes the path outside its own error handling.
    if (c.req.path.includes("%")) throw new AppError("not_found");
    return trpc(c.req.raw, c.env.incoming, c.env.scope);
  });
  app.route("/session", createSessionRoutes(options.session));
  // First, so that people who are signed in don't count against the limit of sign-ups.
  app.route("/account", createOwnAccountRoutes(options.ownAccount));
  app.route("/account", createAccountRoutes(options.account));
  app.route("/", createSecurityRoutes(options.security));
  app.route("/avatars", createAvatarRoutes(options.avatars));
  app.route("/", createReferenceRoutes());
  app.get("/healthz", async () => {
    const state = await health();
    const headers = { "cache-control": "no-store" };
    return Response.json(state, { status: state.status === "down" ? 503 : 200, headers });
  });
  app.notFound((c) => files(c.req.raw) ?? toErrorResponse(new AppError("not_found")));
  return app;
}
