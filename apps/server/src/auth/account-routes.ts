import {
  accountConfirmInput,
  accountCreateInput,
  accountHandleInput,
  passwordResetInput,
} from "@cruddur/contract/accounts";
import { type AppCode, AppError } from "@cruddur/contract/errors";
import type { Devices } from "@cruddur/db/devices";
import type { Users } from "@cruddur/db/users";
import type { OwnerMails } from "@cruddur/owner-mails/owner-mails";
import { type Context, Hono } from "hono";
import { toPublicError } from "../api/errors.ts";
import type { AppEnv } from "../http/request-scope.ts";
import { readJson, requireSameOrigin } from "../http/same-origin.ts";
import type { Limits } from "../limits/limits.ts";
import { type Audit, codeKey, describeCaller, identifyAttempt } from "./attempts.ts";
import type { SessionCookie } from "./session-cookie.ts";
import type { Sessions } from "./sessions.ts";
import type { UserPool } from "./user-pool.ts";
import { refuseWeakPassword } from "./weak-passwords.ts";

export interface AccountRoutesOptions {
  userPool: Pick<UserPool, "signUp" | "confirm" | "resend" | "forgot" | "reset">;
  users: Pick<Users, "isHandleFree" | "findByName" | "findPoolUsername">;
  devices: Pick<Devices, "isKnownAddress">;
  cookie: SessionCookie;
  audit: Audit;
  sessions: Pick<Sessions, "endAllOfAccount">;
  mails: Pick<OwnerMails, "tell">;
  limits: Pick<Limits, "consume">;
  webOrigin: string;
}

/**
 * Sign-up and forgotten passwords. Only sign-up reveals that a handle exists, because it has to. Its
 * rate is per address, so nobody can ask about many handles.
 */
export function createAccountRoutes(options: AccountRoutesOptions): Hono<AppEnv> {
  const { userPool, users, devices, sessions, mails, cookie, limits, audit, webOrigin } = options;
  const routes = new Hono<AppEnv>();

  routes.use(async (c, next) => {
    requireSameOrigin(c.req.raw.headers, webOrigin);
    await limits.consume("accounts", { address: c.env.scope.address });
    await next();
  });

  /** A code is short, and each resend renews its tries: both are counted for each account and day. */
  async function countCode(c: Context<AppEnv>, name: string): Promise<void> {
    const attempt = await identifyAttempt({ users, cookie }, name, c.req.raw.headers);
    const { address } = c.env.scope;
    await limits.consume("codes", await codeKey(devices, attempt, address), { address });
  }

  /** The pool knows people by the handle that they signed up with. */
  const toUsername = async (handle: string) => (await users.findPoolUsername(handle)) ?? handle;

  const noContent = () =>
    new Response(null, { status: 204, headers: { "cache-control": "no-store" } });

  routes.post("/", async (c) => {
    const input = accountCreateInput.parse(await readJson(c.req.raw));
    refuseWeakPassword(input.password, [input.handle, input.email]);
    // The user pool doesn't know every handle in Postgres; a duplicate would fail at the first sign-in.
    if (!(await users.isHandleFree(input))) throw new AppError("handle_taken");
    await userPool.signUp(input);
    audit({ event: "sign_up", outcome: "ok", handle: input.handle, ...describeCaller(c) });
    return Response.json(
      { handle: input.handle },
      { status: 201, headers: { "cache-control": "no-store" } },
    );
  });

  routes.post("/confirm", async (c) => {
    const { handle, code } = accountConfirmInput.parse(await readJson(c.req.raw));
    await countCode(c, handle);
    await userPool.confirm(handle, code).catch(hideAccount);
    return noContent();
  });

  routes.post("/resend", async (c) => {
    const { handle } = accountHandleInput.parse(await readJson(c.req.raw));
    await countCode(c, handle);
    await userPool.resend(handle).catch(ignoreAccount);
    return noContent();
  });

  routes.post("/forgot", async (c) => {
    const { handle } = accountHandleInput.parse(await readJson(c.req.raw));
    await countCode(c, handle);
    await userPool.forgot(await toUsername(handle)).catch(ignoreAccount);
    return noContent();
  });

  routes.post("/reset", async (c) => {
    const { handle, code, password } = passwordResetInput.parse(await readJson(c.req.raw));
    refuseWeakPassword(password, [handle]);
    await countCode(c, handle);
    const about = { event: "password_reset", handle, ...describeCaller(c) } as const;
    try {
      const username = await toUsername(handle);
      await userPool.reset(username, code, password).catch(hideAccount);
      // Whoever knew the old password may be signed in.
      const user = await sessions.endAllOfAccount(username);
      audit({ ...about, outcome: "ok", user_uuid: user?.uuid });
      if (user !== null) mails.tell(user.uuid, "password_reset", describeCaller(c));
    } catch (error) {
      audit({ ...about, outcome: toPublicError(error).app_code });
      throw error;
    }
    return noContent();
  });

  return routes;
}

/** What the pool answers for one account and not for another. Its limits are of accounts, too. */
const ABOUT_ACCOUNT: ReadonlySet<AppCode> = new Set([
  ...(["sign_in_failed", "user_not_confirmed", "invalid_input"] as const),
  ...(["confirmation_code_expired", "rate_limited"] as const),
]);

const isAboutAccount = (error: unknown): boolean =>
  error instanceof AppError && ABOUT_ACCOUNT.has(error.code);

/** Answers an account that doesn't exist, or isn't in the right state, like a wrong code. */
function hideAccount(error: unknown): never {
  throw isAboutAccount(error) ? new AppError("confirmation_code_wrong") : error;
}

/** Answers an account that doesn't exist, or isn't in the right state, like one that gets a code. */
function ignoreAccount(error: unknown): void {
  if (!isAboutAccount(error)) throw error;
}
