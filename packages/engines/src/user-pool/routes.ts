import type { Hono } from "hono";
import { type EngineCredentials, isFromWebPage, isSignedWith } from "../request-guard.ts";
import { accountActions } from "./accounts.ts";
import { adminActions } from "./admin.ts";
import type { PoolContext } from "./context.ts";
import type { Action } from "./define-action.ts";
import { CognitoError } from "./errors.ts";
import { ownAccountActions } from "./own-account.ts";
import { createPasskeyActions } from "./passkeys.ts";
import { createSignInActions } from "./sign-in.ts";

const TARGET_PREFIX = "AWSCognitoIdentityProviderService.";

/** Refuses web pages, and administrative actions that aren't signed with the pool's credentials. */
export function refuseStrangers(
  app: Hono,
  { port, credentials }: { port: number; credentials: EngineCredentials },
): void {
  app.use(async (c, next) => {
    const headers = {
      host: c.req.header("host"),
      origin: c.req.header("origin"),
      authorization: c.req.header("authorization"),
    };
    if (isFromWebPage(headers, port)) {
      return c.json({ __type: "AccessDeniedException", message: "Web pages can't use it" }, 403);
    }
    const [, operation = ""] = (c.req.header("x-amz-target") ?? "").split(".");
    if (Object.hasOwn(adminActions, operation) && !isSignedWith(headers, credentials)) {
      throw new CognitoError(
        "UnrecognizedClientException",
        "The security token included in the request is invalid: the credentials are in stack.json",
      );
    }
    return next();
  });
}

/** Cognito's JSON API, the published keys, and the id of the pool. */
export function addRoutes(app: Hono, context: PoolContext): void {
  const { userPoolId } = context.store.state;
  const actions = new Map<string, Action>(
    Object.entries({
      ...accountActions,
      ...createSignInActions(),
      ...ownAccountActions,
      ...createPasskeyActions(),
      ...adminActions,
    }),
  );
  app.get("/", (c) => c.json({ userPoolId }));
  app.get(`/${userPoolId}/.well-known/jwks.json`, (c) => c.json(context.tokens.jwks()));
  app.post("/", async (c) => {
    const target = c.req.header("x-amz-target") ?? "";
    const run = target.startsWith(TARGET_PREFIX)
      ? actions.get(target.slice(TARGET_PREFIX.length))
      : undefined;
    if (run === undefined) throw new CognitoError("UnknownOperationException", target);
    const input: unknown = await c.req.json().catch(() => null);
    return c.json(await run(context, input));
  });
  app.onError((error, c) => {
    const known = error instanceof CognitoError;
    const name = known ? error.name : "InternalErrorException";
    const body = { __type: name, message: known ? error.message : "Something went wrong" };
    return c.json(body, known ? 400 : 500, { "x-amzn-errortype": name });
  });
}
