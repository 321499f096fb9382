import { createHmac } from "node:crypto";
import {
  AdminGetUserCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  RevokeTokenCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { AppError } from "@cruddur/contract/errors";
import type { NewUser } from "@cruddur/db/users";
import { toAccountError } from "./user-pool-errors.ts";

export interface Tokens {
  access_token: string;
  /** null where the pool doesn't rotate refresh tokens: the one that was sent stays valid. */
  refresh_token: string | null;
  /** Life of the access token, in seconds. */
  expires_in: number;
}

interface Registration {
  handle: string;
  display_name: string;
  email: string;
  password: string;
}

export type UserPool = ReturnType<typeof createUserPool>;

export interface UserPoolOptions {
  region: string;
  userPoolId: string;
  clientId: string;
  /** undefined for an app client without a secret. */
  clientSecret?: string | undefined;
  endpoint?: string | undefined;
  /** For `endpoint`. At AWS the SDK finds those of the task's role. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/** The Cognito actions that the product uses. Errors are `AppError` and don't reveal unknown handles. */
export function createUserPool(options: UserPoolOptions) {
  const { userPoolId: UserPoolId, clientId: ClientId, clientSecret: ClientSecret } = options;
  const client = new CognitoIdentityProviderClient({
    region: options.region,
    // Always passed, because the SDK would otherwise use AWS_ENDPOINT_URL, which is DynamoDB's.
    endpoint: options.endpoint ?? `https://cognito-idp.${options.region}.amazonaws.com`,
    ...(options.endpoint !== undefined && {
      credentials: options.credentials ?? { accessKeyId: "none", secretAccessKey: "none" },
    }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  });

  /** Proves the app client's secret in a call about a user: Cognito's `SECRET_HASH`. */
  const hashSecret = (username: string): string | undefined =>
    ClientSecret &&
    createHmac("sha256", ClientSecret).update(`${username}${ClientId}`).digest("base64");
  const about = (Username: string) => ({ ClientId, SecretHash: hashSecret(Username), Username });

  const call = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    try {
      return await answer;
    } catch (error) {
      throw toAccountError(error);
    }
  };

  return {
    async signIn(handle: string, password: string): Promise<Tokens> {
      const SECRET_HASH = hashSecret(handle);
      const answer = await call(
        client.send(
          new InitiateAuthCommand({
            ClientId,
            AuthFlow: "USER_PASSWORD_AUTH",
            AuthParameters: {
              USERNAME: handle,
              PASSWORD: password,
              ...(SECRET_HASH !== undefined && { SECRET_HASH }),
            },
          }),
        ),
      );
      return toTokens(answer.AuthenticationResult);
    },

    async refresh(RefreshToken: string): Promise<Tokens> {
      const answer = await call(
        client.send(new GetTokensFromRefreshTokenCommand({ ClientId, ClientSecret, RefreshToken })),
      );
      return toTokens(answer.AuthenticationResult);
    },

    async revoke(Token: string): Promise<void> {
      await call(client.send(new RevokeTokenCommand({ ClientId, ClientSecret, Token })));
    },

    /** Ends all sessions of an account. Done as an administrator: no token has the scope for it. */
    async signOutEverywhere(Username: string): Promise<void> {
      await call(client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username })));
    },

    /** Reads an account. Done as an administrator: no token has the scope for it. */
    async getUser(Username: string): Promise<NewUser> {
      const answer = await call(client.send(new AdminGetUserCommand({ UserPoolId, Username })));
      const attribute = (name: string) =>
        answer.UserAttributes?.find(({ Name }) => Name === name)?.Value ?? "";
      const handle = answer.Username ?? "";
      return {
        cognito_user_id: attribute("sub"),
        handle,
        email: attribute("email"),
        email_verified: attribute("email_verified") === "true",
        display_name: attribute("name") || attribute("preferred_username") || handle,
      };
    },

    async signUp({ handle, display_name, email, password }: Registration): Promise<void> {
      await call(
        client.send(
          new SignUpCommand({
            ...about(handle),
            Password: password,
            UserAttributes: [
              { Name: "email", Value: email },
              { Name: "name", Value: display_name },
              { Name: "preferred_username", Value: handle },
            ],
          }),
        ),
      );
    },

    async confirm(Username: string, ConfirmationCode: string): Promise<void> {
      await call(client.send(new ConfirmSignUpCommand({ ...about(Username), ConfirmationCode })));
    },

    async resend(Username: string): Promise<void> {
      await call(client.send(new ResendConfirmationCodeCommand(about(Username))));
    },

    async forgot(Username: string): Promise<void> {
      await call(client.send(new ForgotPasswordCommand(about(Username))));
    },

    async reset(Username: string, ConfirmationCode: string, Password: string): Promise<void> {
      const command = { ...about(Username), ConfirmationCode, Password };
      await call(client.send(new ConfirmForgotPasswordCommand(command)));
    },

    close: () => client.destroy(),
  };
}

function toTokens(
  result: { AccessToken?: string; RefreshToken?: string; ExpiresIn?: number } | undefined,
): Tokens {
  // An answer without tokens is a challenge, such as a second factor, which the product doesn't offer.
  if (result?.AccessToken === undefined) throw new AppError("sign_in_failed");
  return {
    access_token: result.AccessToken,
    refresh_token: result.RefreshToken ?? null,
    expires_in: result.ExpiresIn ?? 3600,
  };
}
