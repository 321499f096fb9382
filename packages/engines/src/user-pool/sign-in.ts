import { z } from "zod";
import { checkClient, checkClientSecret } from "./client-secret.ts";
import { attributesToWire, findBySub, findUser, type PoolContext } from "./context.ts";
import { type Action, defineAction } from "./define-action.ts";
import { CognitoError } from "./errors.ts";
import { verifyPassword } from "./passwords.ts";

/** Cognito locks a user after five wrong passwords: for a second, doubled by each further one. */
const FREE_ATTEMPTS = 5;
const MAX_LOCK_SECONDS = 900;

const withSecret = z.object({ ClientId: z.string(), ClientSecret: z.string().optional() });
const withAccessToken = z.object({ AccessToken: z.string() });

/** The actions of sign-in, which count failed attempts in memory. */
export function createSignInActions(): Record<string, Action> {
  const failures = new Map<string, { count: number; lockedUntilMs: number }>();

  const signIn = async (context: PoolContext, username: string, password: string) => {
    const user = findUser(context, username);
    const key = user?.sub ?? "";
    const failed = failures.get(key) ?? { count: 0, lockedUntilMs: 0 };
    if (failed.lockedUntilMs > context.now()) {
      throw new CognitoError("NotAuthorizedException", "Password attempts exceeded");
    }
    const matches =
      typeof user?.passwordHash === "string" && (await verifyPassword(password, user.passwordHash));
    if (user === undefined || !matches) {
      const count = failed.count + 1;
      const lockSeconds =
        count < FREE_ATTEMPTS ? 0 : Math.min(2 ** (count - FREE_ATTEMPTS), MAX_LOCK_SECONDS);
      if (user !== undefined) {
        failures.set(key, { count, lockedUntilMs: context.now() + lockSeconds * 1_000 });
      }
      throw new CognitoError("NotAuthorizedException", "Incorrect username or password.");
    }
    failures.delete(key);
    if (user.status === "UNCONFIRMED") {
      throw new CognitoError("UserNotConfirmedException", "User is not confirmed.");
    }
    if (user.status === "FORCE_CHANGE_PASSWORD") {
      throw new CognitoError("NotAuthorizedException", "The temporary password must be changed.");
    }
    return context.tokens.issue(user);
  };

  return {
    InitiateAuth: defineAction(
      z.object({
        ClientId: z.string(),
        AuthFlow: z.string(),
        AuthParameters: z.record(z.string(), z.string()),
      }),
      async (context, { ClientId, AuthFlow, AuthParameters }) => {
        const { USERNAME = "", PASSWORD = "", SECRET_HASH } = AuthParameters;
        checkClient(context, { ClientId, SecretHash: SECRET_HASH }, USERNAME);
        if (AuthFlow !== "USER_PASSWORD_AUTH") {
          throw new CognitoError(
            "InvalidParameterException",
            `${AuthFlow} flow not enabled for this client`,
          );
        }
        return {
          AuthenticationResult: await signIn(context, USERNAME, PASSWORD),
          ChallengeParameters: {},
        };
      },
    ),

    GetTokensFromRefreshToken: defineAction(
      withSecret.extend({ RefreshToken: z.string() }),
      async (context, { RefreshToken, ...client }) => {
        checkClientSecret(context, client);
        const userOf = (sub: string) => findBySub(context, sub);
        return { AuthenticationResult: await context.tokens.refresh(RefreshToken, userOf) };
      },
    ),

    RevokeToken: defineAction(
      withSecret.extend({ Token: z.string() }),
      async (context, { Token, ...client }) => {
        checkClientSecret(context, client);
        if (Token.split(".").length === 3) {
          throw new CognitoError("UnsupportedTokenTypeException", "Unsupported token type");
        }
        await context.tokens.revoke(Token);
        return {};
      },
    ),

    GetUser: defineAction(withAccessToken, async (context, { AccessToken }) => {
      const user = findBySub(context, await context.tokens.verifyAccess(AccessToken));
      if (user === undefined) throw new CognitoError("UserNotFoundException", "User not found");
      return { Username: user.username, UserAttributes: attributesToWire(user) };
    }),

    GlobalSignOut: defineAction(withAccessToken, async (context, { AccessToken }) => {
      await context.tokens.revokeAll(await context.tokens.verifyAccess(AccessToken));
      return {};
    }),
  };
}
