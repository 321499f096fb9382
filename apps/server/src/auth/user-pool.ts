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
  /** null where the pool doesn't rotate: the one sent stays good. */
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

/** The Cognito actions the product uses. Throws `AppError`; never tells whether a handle exists. */
export function createUserPool(options: {
  region: string;
  clientId: string;
  endpoint?: string | undefined;
}) {
  const ClientId = options.clientId;
  // These actions are signed by no one; without credentials given, the SDK would go looking for some.
  const nobody = { accessKeyId: "none", secretAccessKey: "none" };
  const client = new CognitoIdentityProviderClient({
    region: options.region,
    // Passed even on AWS, since AWS_ENDPOINT_URL is DynamoDB's and the SDK would follow it.
    endpoint: options.endpoint ?? `https://cognito-idp.${options.region}.amazonaws.com`,
    credentials: nobody,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  });

  const ask = async <Answer>(work: Promise<Answer>): Promise<Answer> => {
    try {
      return await work;
    } catch (error) {
      throw toAccountError(error);
    }
  };

  return {
    async signIn(handle: string, password: string): Promise<Tokens> {
      const answer = await ask(
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
      const answer = await ask(
        client.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken })),
      );
      return toTokens(answer.AuthenticationResult);
    },

    async revoke(Token: string): Promise<void> {
      await ask(client.send(new RevokeTokenCommand({ ClientId, Token })));
    },

    async signOutEverywhere(AccessToken: string): Promise<void> {
      await ask(client.send(new GlobalSignOutCommand({ AccessToken })));
    },

    async getUser(AccessToken: string): Promise<NewUser> {
      const answer = await ask(client.send(new GetUserCommand({ AccessToken })));
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
      await ask(
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
      await ask(client.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode })));
    },

    async resend(Username: string): Promise<void> {
      await ask(client.send(new ResendConfirmationCodeCommand({ ClientId, Username })));
    },

    async forgot(Username: string): Promise<void> {
      await ask(client.send(new ForgotPasswordCommand({ ClientId, Username })));
    },

    async reset(Username: string, ConfirmationCode: string, Password: string): Promise<void> {
      const command = { ClientId, Username, ConfirmationCode, Password };
      await ask(client.send(new ConfirmForgotPasswordCommand(command)));
    },

    close: () => client.destroy(),
  };
}

function toTokens(
  result: { AccessToken?: string; RefreshToken?: string; ExpiresIn?: number } | undefined,
): Tokens {
  // A challenge (a second factor, say) has no tokens; the product offers none.
  if (result?.AccessToken === undefined) throw new AppError("sign_in_failed");
  return {
    access_token: result.AccessToken,
    refresh_token: result.RefreshToken ?? null,
    expires_in: result.ExpiresIn ?? 3600,
  };
}
