import { createHmac } from "node:crypto";
import {
  AdminGetUserCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  AssociateSoftwareTokenCommand,
  type AuthenticationResultType,
  ChangePasswordCommand,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  ResendConfirmationCodeCommand,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
  SetUserMFAPreferenceCommand,
  SignUpCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { AppError } from "@cruddur/contract/errors";
import type { NewUser } from "@cruddur/db/users";
import { type Tokens, toTokens } from "./tokens.ts";
import { toAccountError } from "./user-pool-errors.ts";
import { createPasskeyCalls } from "./user-pool-passkeys.ts";

/** An account of the pool. */
export interface PoolUser extends NewUser {
  has_second_factor: boolean;
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
  const config = {
    region: options.region,
    // Always passed, because the SDK would otherwise use AWS_ENDPOINT_URL, which is DynamoDB's.
    endpoint: options.endpoint ?? `https://cognito-idp.${options.region}.amazonaws.com`,
    ...(options.endpoint !== undefined && {
      credentials: options.credentials ?? { accessKeyId: "none", secretAccessKey: "none" },
    }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  };
  const client = new CognitoIdentityProviderClient(config);
  // The SDK repeats calls beyond an account's limit, and the time that takes would tell that there is one.
  const clientOfCodes = new CognitoIdentityProviderClient({ ...config, maxAttempts: 1 });

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

  /** Answers the challenge for the second factor, where there is one. */
  async function answerChallenge(
    { ChallengeName, ChallengeParameters, Session }: InitiateAuthCommandOutput,
    handle: string,
    readCode: (() => Promise<string>) | undefined,
  ): Promise<AuthenticationResultType | undefined> {
    // The product sets up no other challenge.
    if (ChallengeName !== "SOFTWARE_TOKEN_MFA") throw new AppError("sign_in_failed");
    if (readCode === undefined) throw new AppError("second_factor_required");
    const code = await readCode();
    const USERNAME = ChallengeParameters?.USER_ID_FOR_SRP ?? handle;
    const SECRET_HASH = hashSecret(USERNAME);
    const command = new RespondToAuthChallengeCommand({
      ...{ ClientId, ChallengeName, Session },
      ChallengeResponses: {
        ...{ USERNAME, SOFTWARE_TOKEN_MFA_CODE: code },
        ...(SECRET_HASH !== undefined && { SECRET_HASH }),
      },
    });
    const answer = await call(client.send(command)).catch((error: unknown) => {
      // A code that was used already is no more than a wrong one.
      const isUsed = error instanceof AppError && error.code === "confirmation_code_expired";
      throw isUsed ? new AppError("confirmation_code_wrong") : error;
    });
    return answer.AuthenticationResult;
  }

  return {
    ...createPasskeyCalls({ client, clientId: ClientId, hashSecret }),

    /**
     * @param readCode returns the code of the authenticator app, once the password is right
     * @throws AppError `sign_in_failed`; with the right password also `second_factor_required` and
     *   `confirmation_code_wrong`
     */
    async signIn(
      handle: string,
      password: string,
      readCode?: () => Promise<string>,
    ): Promise<Tokens> {
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
      if (answer.AuthenticationResult !== undefined) return toTokens(answer.AuthenticationResult);
      return toTokens(await answerChallenge(answer, handle, readCode));
    },

    async refresh(RefreshToken: string): Promise<Tokens> {
      const answer = await call(
        client.send(new GetTokensFromRefreshTokenCommand({ ClientId, ClientSecret, RefreshToken })),
      );
      return toTokens(answer.AuthenticationResult);
    },

    /**
     * Exchanges a refresh token for tokens that may act on their own account, for the server alone:
     * the trigger before each token leaves the scope only where this call asks for it.
     */
    async refreshForOwnAccount(RefreshToken: string): Promise<Tokens> {
      const command = new GetTokensFromRefreshTokenCommand({
        ...{ ClientId, ClientSecret, RefreshToken },
        ClientMetadata: { scope: "own_account" },
      });
      return toTokens((await call(client.send(command))).AuthenticationResult);
    },

    async revoke(Token: string): Promise<void> {
      await call(client.send(new RevokeTokenCommand({ ClientId, ClientSecret, Token })));
    },

    /** Ends all sessions of an account. Done as an administrator: no token has the scope for it. */
    async signOutEverywhere(Username: string): Promise<void> {
      await call(client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username })));
    },

    /** Reads an account. Done as an administrator: no token has the scope for it. */
    async getUser(Username: string): Promise<PoolUser> {
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
        has_second_factor: answer.UserMFASettingList?.includes("SOFTWARE_TOKEN_MFA") ?? false,
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
      await call(
        clientOfCodes.send(new ConfirmSignUpCommand({ ...about(Username), ConfirmationCode })),
      );
    },

    async resend(Username: string): Promise<void> {
      await call(clientOfCodes.send(new ResendConfirmationCodeCommand(about(Username))));
    },

    async forgot(Username: string): Promise<void> {
      await call(clientOfCodes.send(new ForgotPasswordCommand(about(Username))));
    },

    async reset(Username: string, ConfirmationCode: string, Password: string): Promise<void> {
      const command = { ...about(Username), ConfirmationCode, Password };
      await call(clientOfCodes.send(new ConfirmForgotPasswordCommand(command)));
    },

    /** @param AccessToken of `refreshForOwnAccount`, here and below */
    async changePassword(AccessToken: string, previous: string, proposed: string): Promise<void> {
      const passwords = { PreviousPassword: previous, ProposedPassword: proposed };
      await call(client.send(new ChangePasswordCommand({ AccessToken, ...passwords })));
    },

    /** Makes a new secret for an authenticator app. It holds once a code of it is verified. */
    async createSecondFactor(AccessToken: string): Promise<string> {
      const answer = await call(client.send(new AssociateSoftwareTokenCommand({ AccessToken })));
      return answer.SecretCode ?? "";
    },

    /** Turns the second factor on. Throws `confirmation_code_wrong`. */
    async enableSecondFactor(AccessToken: string, UserCode: string): Promise<void> {
      const verify = new VerifySoftwareTokenCommand({ AccessToken, UserCode });
      const { Status } = await call(client.send(verify));
      if (Status !== "SUCCESS") throw new AppError("confirmation_code_wrong");
      await call(
        client.send(
          new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: MFA_ON }),
        ),
      );
    },

    /** Done as an administrator, for people who have lost their authenticator app, too. */
    async disableSecondFactor(Username: string): Promise<void> {
      const SoftwareTokenMfaSettings = { Enabled: false, PreferredMfa: false };
      const WebAuthnMfaSettings = { Enabled: false };
      const command = { UserPoolId, Username, SoftwareTokenMfaSettings, WebAuthnMfaSettings };
      await call(client.send(new AdminSetUserMFAPreferenceCommand(command)));
    },

    /** Sets an address that the server has verified. Throws `email_taken`. */
    async setEmail(Username: string, email: string): Promise<void> {
      const UserAttributes = [
        { Name: "email", Value: email },
        { Name: "email_verified", Value: "true" },
      ];
      const command = { UserPoolId, Username, UserAttributes };
      await call(client.send(new AdminUpdateUserAttributesCommand(command)));
    },

    /** Lets the pool's list of accounts show a person's new handle. The user name never changes. */
    async setPreferredUsername(Username: string, handle: string): Promise<void> {
      const UserAttributes = [{ Name: "preferred_username", Value: handle }];
      const command = { UserPoolId, Username, UserAttributes };
      await call(client.send(new AdminUpdateUserAttributesCommand(command)));
    },

    close() {
      client.destroy();
      clientOfCodes.destroy();
    },
  };
}

const MFA_ON = { Enabled: true, PreferredMfa: true };
