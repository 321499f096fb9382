import { AppError } from "@cruddur/contract/errors";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type AccountRoutesOptions, createAccountRoutes } from "../auth/account-routes.ts";
import { createSessionRoutes, type SessionRoutesOptions } from "../auth/session-routes.ts";
import { createReferenceRoutes } from "../reference/routes.ts";
import { respondError } from "./error-response.ts";
import type { Health } from "./health.ts";
import type { AppEnv, Scope } from "./request-scope.ts";
import type { createTrpcHandler } from "./trpc-handler.ts";

/** The longest message in the most wasteful JSON escapes, and some room. */
const MAX_BODY_BYTES = 256 * 1024;

export interface AppOptions {
  session: SessionRoutesOptions;
  account: AccountRoutesOptions;
  trpc: ReturnType<typeof createTrpcHandler>;
  health: () => Promise<Health>;
  files: (request: Request) => Response | null;
  onError: (error: unknown, scope: Scope) => void;
}

/** All routes of the public listener. */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const { trpc, health, files, onError } = options;
  const app = new Hono<AppEnv>();

  app.onError((error, c) => {
    onError(error, c.env.scope);
    return respondError(error);
  });
  // After the answer, whose own `vary` would replace it.
  app.use(async (c, next) => {
    await next();
    c.header("vary", "origin", { append: true });
  });
  const limitBody = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => respondError(new AppError("payload_too_large")),
  });
  app.post("*", limitBody);
  app.delete("*", limitBody);

  app.all("/trpc/*", (c) => {
    // tRPC decodes the path outside its own error handling.
    if (c.req.path.includes("%")) throw new AppError("not_found");
    return trpc(c.req.raw, c.env.incoming, c.env.scope);
  });
  app.route("/session", createSessionRoutes(options.session));
  app.route("/account", createAccountRoutes(options.account));
  app.route("/", createReferenceRoutes());
  app.get("/healthz", async () => {
    const state = await health();
    const headers = { "cache-control": "no-store" };
    return Response.json(state, { status: state.status === "down" ? 503 : 200, headers });
  });
  app.notFound((c) => files(c.req.raw) ?? respondError(new AppError("not_found")));
  return app;
}
