import { z } from "zod";
import { createChallenges, PASSKEY, SECOND_FACTOR } from "./challenges.ts";
import { checkClient, checkClientSecret } from "./client-secret.ts";
import { findBySub, findUser, type PoolContext } from "./context.ts";
import { type Action, defineAction } from "./define-action.ts";
import { CognitoError } from "./errors.ts";
import { verifyPassword } from "./passwords.ts";
import { hasSecondFactor } from "./totp.ts";

/** Cognito locks a user after five wrong passwords: for a second, doubled by each further one. */
const FREE_ATTEMPTS = 5;
const MAX_LOCK_SECONDS = 900;

const withSecret = z.object({ ClientId: z.string(), ClientSecret: z.string().optional() });

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
    return user;
  };

  const challenges = createChallenges();

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
        if (AuthFlow === "USER_AUTH" && AuthParameters.PREFERRED_CHALLENGE === PASSKEY) {
          return challenges.askForPasskey(context, findUser(context, USERNAME));
        }
        if (AuthFlow !== "USER_PASSWORD_AUTH") {
          throw new CognitoError(
            "InvalidParameterException",
            `${AuthFlow} flow not enabled for this client`,
          );
        }
        const user = await signIn(context, USERNAME, PASSWORD);
        if (hasSecondFactor(user)) return challenges.askForCode(context, user);
        return {
          AuthenticationResult: await context.tokens.issue(user),
          ChallengeParameters: {},
        };
      },
    ),

    RespondToAuthChallenge: defineAction(
      z.object({
        ClientId: z.string(),
        ChallengeName: z.enum([SECOND_FACTOR, PASSKEY]),
        Session: z.string(),
        ChallengeResponses: z.record(z.string(), z.string()),
      }),
      async (context, { ClientId, ChallengeName, Session, ChallengeResponses }) => {
        const { USERNAME = "", SOFTWARE_TOKEN_MFA_CODE = "", SECRET_HASH } = ChallengeResponses;
        const { CREDENTIAL = "" } = ChallengeResponses;
        checkClient(context, { ClientId, SecretHash: SECRET_HASH }, USERNAME);
        const user =
          ChallengeName === PASSKEY
            ? await challenges.answerWithPasskey(context, Session, CREDENTIAL)
            : await challenges.answerWithCode(context, Session, SOFTWARE_TOKEN_MFA_CODE);
        if (findUser(context, USERNAME) !== user) {
          throw new CognitoError("NotAuthorizedException", "Invalid session for the user.");
        }
        return {
          AuthenticationResult: await context.tokens.issue(user),
          ChallengeParameters: {},
        };
      },
    ),

    GetTokensFromRefreshToken: defineAction(
      withSecret.extend({
        RefreshToken: z.string(),
        ClientMetadata: z.record(z.string(), z.string()).default({}),
      }),
      async (context, { RefreshToken, ClientMetadata, ...client }) => {
        checkClientSecret(context, client);
        const userOf = (sub: string) => findBySub(context, sub);
        // As the trigger of the deployed pool does.
        const isForOwnAccount = ClientMetadata.scope === "own_account";
        return {
          AuthenticationResult: await context.tokens.refresh(RefreshToken, userOf, isForOwnAccount),
        };
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
  };
}
