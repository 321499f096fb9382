import {
  accountConfirmInput,
  accountCreateInput,
  accountHandleInput,
  passwordResetInput,
} from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import type { Users } from "@cruddur/db/users";
import { Hono } from "hono";
import type { Limits } from "../api/context.ts";
import type { AppEnv } from "../http/request-scope.ts";
import { readJson, requireSameOrigin } from "../http/same-origin.ts";
import type { UserPool } from "./user-pool.ts";

export interface AccountRoutesOptions {
  userPool: Pick<UserPool, "signUp" | "confirm" | "resend" | "forgot" | "reset">;
  users: Pick<Users, "isHandleFree">;
  limits: Pick<Limits, "consume">;
  webOrigin: string;
}

/**
 * Sign-up and forgotten passwords. Only sign-up can tell that a handle exists, for it must;
 * its limit is by address from the start, so nobody asks about many.
 */
export function createAccountRoutes(options: AccountRoutesOptions): Hono<AppEnv> {
  const { userPool, users, limits, webOrigin } = options;
  const routes = new Hono<AppEnv>();

  routes.use(async (c, next) => {
    requireSameOrigin(c.req.raw.headers, webOrigin);
    await limits.consume("accounts", { address: c.env.scope.address });
    await next();
  });

  const done = () => new Response(null, { status: 204, headers: { "cache-control": "no-store" } });

  routes.post("/", async (c) => {
    const input = accountCreateInput.parse(await readJson(c.req.raw));
    // A handle that only our database knows would otherwise be refused at the first sign-in.
    if (!(await users.isHandleFree(input))) throw new AppError("handle_taken");
    await userPool.signUp(input);
    return Response.json(
      { handle: input.handle },
      { status: 201, headers: { "cache-control": "no-store" } },
    );
  });

  routes.post("/confirm", async (c) => {
    const { handle, code } = accountConfirmInput.parse(await readJson(c.req.raw));
    await limits.consume("accounts", { handle });
    await userPool.confirm(handle, code).catch(hideAccount);
    return done();
  });

  routes.post("/resend", async (c) => {
    const { handle } = accountHandleInput.parse(await readJson(c.req.raw));
    await limits.consume("accounts", { handle });
    await userPool.resend(handle).catch(ignoreAccount);
    return done();
  });

  routes.post("/forgot", async (c) => {
    const { handle } = accountHandleInput.parse(await readJson(c.req.raw));
    await limits.consume("accounts", { handle });
    await userPool.forgot(handle).catch(ignoreAccount);
    return done();
  });

  routes.post("/reset", async (c) => {
    const { handle, code, password } = passwordResetInput.parse(await readJson(c.req.raw));
    await limits.consume("accounts", { handle });
    await userPool.reset(handle, code, password).catch(hideAccount);
    return done();
  });

  return routes;
}

const isAboutAccount = (error: unknown): boolean =>
  error instanceof AppError &&
  ["sign_in_failed", "user_not_confirmed", "invalid_input"].includes(error.code);

/** An account that isn't there, or isn't in that state, reads like a wrong code. */
function hideAccount(error: unknown): never {
  throw isAboutAccount(error) ? new AppError("confirmation_code_wrong") : error;
}

/** "If there is such an account, a code is on its way", whether there is or not. */
function ignoreAccount(error: unknown): void {
  if (!isAboutAccount(error)) throw error;
}
