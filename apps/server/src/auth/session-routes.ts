import { sessionCreateInput } from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import type { Users } from "@cruddur/db/users";
import { Hono } from "hono";
import { toPublicError } from "../api/errors.ts";
import type { AppEnv } from "../http/request-scope.ts";
import { readJson, requireSameOrigin } from "../http/same-origin.ts";
import type { Limits } from "../limits/limits.ts";
import { type Audit, describeCaller, identifyAttempt, signInKey } from "./attempts.ts";
import { parseBearer } from "./identity.ts";
import type { SessionCookie } from "./session-cookie.ts";
import type { OpenedSession, Sessions } from "./sessions.ts";

export interface SessionRoutesOptions {
  sessions: Sessions;
  users: Pick<Users, "findUuidByName">;
  audit: Audit;
  cookie: SessionCookie;
  limits: Pick<Limits, "consume">;
  webOrigin: string;
}

/** The only routes that see the refresh token, which is in a cookie that no script can read. */
export function createSessionRoutes(options: SessionRoutesOptions): Hono<AppEnv> {
  const { sessions, users, cookie, limits, audit, webOrigin } = options;
  const routes = new Hono<AppEnv>();

  routes.use(async (c, next) => {
    requireSameOrigin(c.req.raw.headers, webOrigin);
    // Each route may call the user pool, whose own rate limits all users share.
    await limits.consume("signIns", { address: c.env.scope.address });
    await next();
  });

  const answer = ({ session, refresh_token }: OpenedSession) => {
    const response = Response.json(session, { headers: { "cache-control": "no-store" } });
    response.headers.append("set-cookie", cookie.keep(refresh_token));
    return response;
  };

  const signedOut = () =>
    new Response(null, {
      status: 204,
      // Not "storage": it would delete messages that wait to be sent.
      headers: { "set-cookie": cookie.drop(), "clear-site-data": '"cache"' },
    });

  routes.post("/", async (c) => {
    const { headers } = c.req.raw;
    const { handle, password } = sessionCreateInput.parse(await readJson(c.req.raw));
    const username = handle.replace(/^@/, "");
    const attempt = await identifyAttempt({ users, cookie }, username, headers);
    const about = { event: "sign_in", handle: username, ...describeCaller(c) } as const;
    try {
      await limits.consume("signIns", signInKey(attempt, c.env.scope.address));
      const opened = await sessions.signIn(username, password);
      const { uuid } = opened.session.user;
      audit({ ...about, outcome: "ok", user_uuid: uuid });
      const response = answer(opened);
      if (attempt.device === undefined) {
        response.headers.append("set-cookie", cookie.keepDevice(uuid));
      }
      return response;
    } catch (error) {
      audit({ ...about, outcome: toPublicError(error).app_code, user_uuid: attempt.user_uuid });
      throw error;
    }
  });

  routes.post("/refresh", async (c) => {
    const token = cookie.read(c.req.raw.headers);
    if (token === undefined) throw new AppError("unauthenticated");
    // A failure keeps the cookie: another tab may have replaced it by a newer one in the meantime.
    return answer(await sessions.refresh(token));
  });

  routes.delete("/", async (c) => {
    const token = cookie.read(c.req.raw.headers);
    if (token !== undefined) {
      const user_uuid = await sessions.signOut(token);
      if (user_uuid !== null) {
        audit({ event: "sign_out", outcome: "ok", user_uuid, ...describeCaller(c) });
      }
    }
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
    const user_uuid = await sessions.signOutEverywhere(accessToken);
    audit({ event: "sign_out_everywhere", outcome: "ok", user_uuid, ...describeCaller(c) });
    return signedOut();
  });

  return routes;
}
