import {
  accountProofInput,
  emailChangeInput,
  emailConfirmInput,
  passwordChangeInput,
  secondFactorConfirmInput,
} from "@cruddur/contract/accounts";
import { passkeyConfirmInput, passkeyRemoveInput } from "@cruddur/contract/passkeys";
import type { SecurityEventName } from "@cruddur/db/security-events";
import { type Context, Hono } from "hono";
import { toPublicError } from "../api/errors.ts";
import type { AppEnv } from "../http/request-scope.ts";
import { readJson, requireSameOrigin } from "../http/same-origin.ts";
import type { Limits } from "../limits/limits.ts";
import type { OwnData } from "../own-data/own-data.ts";
import { addOwnDataRoutes } from "../own-data/own-data-routes.ts";
import { type Audit, describeCaller } from "./attempts.ts";
import type { Identity, IdentityService } from "./identity.ts";
import type { OwnAccount } from "./own-account.ts";
import type { Passkeys } from "./passkeys.ts";

export interface OwnAccountRoutesOptions {
  identity: Pick<IdentityService, "authenticate">;
  account: OwnAccount;
  passkeys: Pick<Passkeys, "startRegistration" | "register" | "remove">;
  ownData: OwnData;
  audit: Audit;
  limits: Pick<Limits, "consume">;
  webOrigin: string;
}

/** Changes of the caller's own account, by `Authorization: Bearer …` and a proof in the body. */
export function createOwnAccountRoutes(options: OwnAccountRoutesOptions): Hono<AppEnv> {
  const { identity, account, passkeys, ownData, audit, limits, webOrigin } = options;
  const routes = new Hono<AppEnv>();

  /** Who calls. Passwords and codes are counted for each person, and codes for each day, too. */
  async function authenticate(c: Context<AppEnv>): Promise<Identity> {
    requireSameOrigin(c.req.raw.headers, webOrigin);
    const caller = await identity.authenticate(c.req.header("authorization"));
    const { address } = c.env.scope;
    await limits.consume("signIns", { user: caller.user_uuid }, { address });
    await limits.consume("codes", { user: caller.user_uuid }, { address });
    return caller;
  }

  /** Does the work and records how it went. */
  async function audited<Result>(
    c: Context<AppEnv>,
    event: SecurityEventName,
    { user_uuid }: Identity,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const about = { event, user_uuid, ...describeCaller(c) };
    try {
      const result = await work();
      audit({ ...about, outcome: "ok" });
      return result;
    } catch (error) {
      audit({ ...about, outcome: toPublicError(error).app_code });
      throw error;
    }
  }

  const noStore = { "cache-control": "no-store" };
  const noContent = () => new Response(null, { status: 204, headers: noStore });
  const json = (body: unknown) => Response.json(body, { headers: noStore });

  routes.post("/password", async (c) => {
    const caller = await authenticate(c);
    const { new_password, ...proof } = passwordChangeInput.parse(await readJson(c.req.raw));
    await audited(c, "password_change", caller, () =>
      account.changePassword(caller, proof, new_password, describeCaller(c)),
    );
    return noContent();
  });

  routes.post("/email", async (c) => {
    const caller = await authenticate(c);
    const { email, ...proof } = emailChangeInput.parse(await readJson(c.req.raw));
    await audited(c, "email_change_asked", caller, () => account.askForEmail(caller, proof, email));
    return noContent();
  });

  routes.post("/email/confirm", async (c) => {
    const caller = await authenticate(c);
    const { code } = emailConfirmInput.parse(await readJson(c.req.raw));
    const confirm = () => account.confirmEmail(caller, code, describeCaller(c));
    return json(await audited(c, "email_change", caller, confirm));
  });

  routes.post("/second-factor", async (c) => {
    const caller = await authenticate(c);
    const proof = accountProofInput.parse(await readJson(c.req.raw));
    return json(await account.createSecondFactor(caller, proof));
  });

  routes.post("/second-factor/confirm", async (c) => {
    const caller = await authenticate(c);
    const { password, code } = secondFactorConfirmInput.parse(await readJson(c.req.raw));
    const enable = () => account.enableSecondFactor(caller, password, code, describeCaller(c));
    return json({ recovery_code: await audited(c, "second_factor_on", caller, enable) });
  });

  routes.delete("/second-factor", async (c) => {
    const caller = await authenticate(c);
    const proof = accountProofInput.parse(await readJson(c.req.raw));
    await audited(c, "second_factor_off", caller, () =>
      account.disableSecondFactor(caller, proof, describeCaller(c)),
    );
    return noContent();
  });

  routes.post("/passkeys", async (c) => {
    const caller = await authenticate(c);
    const proof = accountProofInput.parse(await readJson(c.req.raw));
    return json(await passkeys.startRegistration(caller, proof));
  });

  routes.post("/passkeys/confirm", async (c) => {
    const caller = await authenticate(c);
    const { registration, credential } = passkeyConfirmInput.parse(await readJson(c.req.raw));
    await audited(c, "passkey_add", caller, () =>
      passkeys.register(caller, registration, credential, describeCaller(c)),
    );
    return noContent();
  });

  routes.delete("/passkeys", async (c) => {
    const caller = await authenticate(c);
    const { passkey_uuid, ...proof } = passkeyRemoveInput.parse(await readJson(c.req.raw));
    await audited(c, "passkey_remove", caller, () =>
      passkeys.remove(caller, passkey_uuid, proof, describeCaller(c)),
    );
    return noContent();
  });

  addOwnDataRoutes(routes, { authenticate, audited, ownData, audit, limits });
  return routes;
}
