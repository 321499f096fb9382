import {
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
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

/** The Cognito actions that the product uses. Errors are `AppError` and don't reveal unknown handles. */
export function createUserPool(options: {
  region: string;
  clientId: string;
  endpoint?: string | undefined;
}) {
  const ClientId = options.clientId;
  // These actions aren't signed. Without credentials given, the SDK would search for some.
  const nobody = { accessKeyId: "none", secretAccessKey: "none" };
  const client = new CognitoIdentityProviderClient({
    region: options.region,
    // Always passed, because the SDK would otherwise use AWS_ENDPOINT_URL, which is DynamoDB's.
    endpoint: options.endpoint ?? `https://cognito-idp.${options.region}.amazonaws.com`,
    credentials: nobody,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  });

  const call = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    try {
      return await answer;
    } catch (error) {
      throw toAccountError(error);
    }
  };

  return {
    async signIn(handle: string, password: string): Promise<Tokens> {
      const answer = await call(
        client.send(
          new InitiateAuthCommand({
            ClientId,
            AuthFlow: "USER_PASSWORD_AUTH",
            AuthParameters: { USERNAME: handle, PASSWORD: password },
          }),
        ),
      );
      return toTokens(answer.AuthenticationResult);
    },

    async refresh(RefreshToken: string): Promise<Tokens> {
      const answer = await call(
        client.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken })),
      );
      return toTokens(answer.AuthenticationResult);
    },

    async revoke(Token: string): Promise<void> {
      await call(client.send(new RevokeTokenCommand({ ClientId, Token })));
    },

    async signOutEverywhere(AccessToken: string): Promise<void> {
      await call(client.send(new GlobalSignOutCommand({ AccessToken })));
    },

    async getUser(AccessToken: string): Promise<NewUser> {
      const answer = await call(client.send(new GetUserCommand({ AccessToken })));
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
            ClientId,
            Username: handle,
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
      await call(client.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode })));
    },

    async resend(Username: string): Promise<void> {
      await call(client.send(new ResendConfirmationCodeCommand({ ClientId, Username })));
    },

    async forgot(Username: string): Promise<void> {
      await call(client.send(new ForgotPasswordCommand({ ClientId, Username })));
    },

    async reset(Username: string, ConfirmationCode: string, Password: string): Promise<void> {
      const command = { ClientId, Username, ConfirmationCode, Password };
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
