import { sessionCreateInput } from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import { Hono } from "hono";
import type { AppEnv } from "../http/request-scope.ts";
import { readJson, requireSameOrigin } from "../http/same-origin.ts";
import type { Limits } from "../limits/limits.ts";
import { parseBearer } from "./identity.ts";
import type { SessionCookie } from "./session-cookie.ts";
import type { OpenedSession, Sessions } from "./sessions.ts";

export interface SessionRoutesOptions {
  sessions: Sessions;
  cookie: SessionCookie;
  limits: Pick<Limits, "consume">;
  webOrigin: string;
}

/** The only routes that see the refresh token, which is in a cookie that no script can read. */
export function createSessionRoutes(options: SessionRoutesOptions): Hono<AppEnv> {
  const { sessions, cookie, limits, webOrigin } = options;
  const routes = new Hono<AppEnv>();

  routes.use(async (c, next) => {
    requireSameOrigin(c.req.raw.headers, webOrigin);
    // Each route may call the user pool, whose own rate limits all users share.
    await limits.consume("signIns", { address: c.env.scope.address });
    await next();
  });

  const answer = ({ session, refresh_token }: OpenedSession) =>
    Response.json(session, {
      headers: { "set-cookie": cookie.keep(refresh_token), "cache-control": "no-store" },
    });

  const signedOut = () =>
    new Response(null, { status: 204, headers: { "set-cookie": cookie.drop() } });

  routes.post("/", async (c) => {
    const { handle, password } = sessionCreateInput.parse(await readJson(c.req.raw));
    const username = handle.replace(/^@/, "");
    await limits.consume("signIns", { handle: username });
    return answer(await sessions.signIn(username, password));
  });

  routes.post("/refresh", async (c) => {
    const token = cookie.read(c.req.raw.headers);
    if (token === undefined) throw new AppError("unauthenticated");
    // A failure keeps the cookie: another tab may have replaced it by a newer one in the meantime.
    return answer(await sessions.refresh(token));
  });

  routes.delete("/", async (c) => {
    const token = cookie.read(c.req.raw.headers);
    if (token !== undefined) await sessions.signOut(token);
    return signedOut();
  });

  routes.delete("/all", async (c) => {
    const { headers } = c.req.raw;
    const authorization = headers.get("authorization");
    const token = cookie.read(headers);
    if (authorization === null && token === undefined) throw new AppError("unauthenticated");
    const accessToken =
      authorization === null && token !== undefined
        ? (await sessions.refresh(token)).session.access_token
        : parseBearer(authorization ?? undefined);
    await sessions.signOutEverywhere(accessToken);
    return signedOut();
  });

  return routes;
}
