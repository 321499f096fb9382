import {
  accountHandleInput,
  accountProofInput,
  sessionCreateInput,
} from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import { passkeySignInInput } from "@cruddur/contract/passkeys";
import type { Devices, DeviceUse } from "@cruddur/db/devices";
import type { Users } from "@cruddur/db/users";
import type { OwnerMails } from "@cruddur/owner-mails/owner-mails";
import { type Context, Hono } from "hono";
import { toPublicError } from "../api/errors.ts";
import type { AppEnv } from "../http/request-scope.ts";
import { readJson, requireSameOrigin } from "../http/same-origin.ts";
import type { Limits } from "../limits/limits.ts";
import {
  type Attempt,
  type Audit,
  codeKey,
  describeCaller,
  identifyAttempt,
  signInKey,
} from "./attempts.ts";
import type { IdentityService } from "./identity.ts";
import type { OwnAccount } from "./own-account.ts";
import type { Passkeys } from "./passkeys.ts";
import type { SecondFactor } from "./second-factor.ts";
import type { SessionCookie } from "./session-cookie.ts";
import type { OpenedSession, Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";

export interface SessionRoutesOptions {
  sessions: Sessions;
  secondFactor: Pick<SecondFactor, "signIn">;
  passkeys: Pick<Passkeys, "startSignIn" | "signIn">;
  identity: Pick<IdentityService, "authenticate">;
  ownAccount: Pick<OwnAccount, "signOutEverywhere">;
  devices: Pick<Devices, "isKnown" | "isKnownAddress">;
  mails: Pick<OwnerMails, "tell">;
  users: Pick<Users, "findByName" | "findPoolUsername">;
  audit: Audit;
  cookie: SessionCookie;
  limits: Pick<Limits, "consume">;
  webOrigin: string;
}

/** The only routes that see the refresh token, which is in a cookie that no script can read. */
export function createSessionRoutes(options: SessionRoutesOptions): Hono<AppEnv> {
  const { sessions, secondFactor, passkeys, identity, ownAccount } = options;
  const { devices, mails, users, cookie, limits, audit, webOrigin } = options;
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

  /** A person's first sign-in, which creates their account here, is no news to them. */
  async function isNewDevice({ user_uuid, device }: Attempt, use: DeviceUse): Promise<boolean> {
    if (user_uuid === undefined || device !== undefined) return false;
    return !(await devices.isKnown(user_uuid, use));
  }

  /** The pool knows people by the handle that they signed up with. */
  const toUsername = async (name: string) => (await users.findPoolUsername(name)) ?? name;

  /** Signs somebody in, within the limits, and records how it went. */
  async function signIn(
    c: Context<AppEnv>,
    name: string,
    prove: (username: string, use: DeviceUse, attempt: Attempt) => Promise<Tokens>,
  ): Promise<Response> {
    const username = name.replace(/^@/, "");
    const attempt = await identifyAttempt({ users, cookie }, username, c.req.raw.headers);
    const use = describeCaller(c);
    const about = { event: "sign_in", handle: username, ...use } as const;
    try {
      await limits.consume("signIns", signInKey(attempt, c.env.scope.address));
      const isNews = await isNewDevice(attempt, use);
      const opened = await sessions.signIn(
        async () => prove(await toUsername(username), use, attempt),
        use,
      );
      const { uuid } = opened.session.user;
      if (isNews) mails.tell(uuid, "new_device", use);
      audit({ ...about, outcome: "ok", user_uuid: uuid });
      const response = answer(opened);
      if (attempt.device === undefined) {
        const { sessions_ended_at } = attempt;
        const deviceCookie = cookie.keepDevice({ user_uuid: uuid, sessions_ended_at });
        response.headers.append("set-cookie", deviceCookie);
      }
      return response;
    } catch (error) {
      audit({ ...about, outcome: toPublicError(error).app_code, user_uuid: attempt.user_uuid });
      throw error;
    }
  }

  routes.post("/", async (c) => {
    const { handle, ...proof } = sessionCreateInput.parse(await readJson(c.req.raw));
    const { address } = c.env.scope;
    return signIn(c, handle, (username, use, attempt) =>
      secondFactor.signIn(username, proof, use, async () =>
        limits.consume("codes", await codeKey(devices, attempt, address)),
      ),
    );
  });

  routes.post("/passkey", async (c) => {
    const { handle } = accountHandleInput.parse(await readJson(c.req.raw));
    const challenge = await passkeys.startSignIn(await toUsername(handle.replace(/^@/, "")));
    return Response.json(challenge, { headers: { "cache-control": "no-store" } });
  });

  routes.post("/passkey/confirm", async (c) => {
    const { handle, session, credential } = passkeySignInInput.parse(await readJson(c.req.raw));
    return signIn(c, handle, (username, _use, { user_uuid }) =>
      passkeys.signIn({ handle: username, user_uuid }, session, credential),
    );
  });

  routes.post("/refresh", async (c) => {
    const token = cookie.read(c.req.raw.headers);
    if (token === undefined) throw new AppError("unauthenticated");
    // A failure keeps the cookie: another tab may have replaced it by a newer one in the meantime.
    return answer(await sessions.refresh(token, describeCaller(c)));
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
    const use = describeCaller(c);
    const bearer =
      authorization === null && token !== undefined
        ? `Bearer ${(await sessions.refresh(token, use)).session.access_token}`
        : (authorization ?? undefined);
    const caller = await identity.authenticate(bearer);
    const { user_uuid } = caller;
    await limits.consume("signIns", { user: user_uuid });
    const proof = accountProofInput.parse(await readJson(c.req.raw));
    const about = { event: "sign_out_everywhere", user_uuid, ...use } as const;
    try {
      await ownAccount.signOutEverywhere(caller, proof);
    } catch (error) {
      audit({ ...about, outcome: toPublicError(error).app_code });
      throw error;
    }
    audit({ ...about, outcome: "ok" });
    return signedOut();
  });

  return routes;
}
