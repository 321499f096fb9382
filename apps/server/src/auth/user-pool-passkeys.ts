import { randomBytes } from "node:crypto";
import {
  type CognitoIdentityProviderClient,
  CompleteWebAuthnRegistrationCommand,
  DeleteWebAuthnCredentialCommand,
  InitiateAuthCommand,
  ListWebAuthnCredentialsCommand,
  RespondToAuthChallengeCommand,
  SetUserMFAPreferenceCommand,
  StartWebAuthnRegistrationCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { AppError } from "@cruddur/contract/errors";
import type { Credential, NewCredential } from "@cruddur/contract/passkeys";
import { type Tokens, toTokens } from "./tokens.ts";
import { toAccountError } from "./user-pool-errors.ts";

const CHALLENGE_BYTES = 32;

export interface PasskeyCallsOptions {
  client: CognitoIdentityProviderClient;
  clientId: string;
  /** Cognito's `SECRET_HASH`; undefined for an app client without a secret. */
  hashSecret: (username: string) => string | undefined;
}

/** The user pool's actions on passkeys. Throws `passkey_refused`, and what any action throws. */
export function createPasskeyCalls({ client, clientId, hashSecret }: PasskeyCallsOptions) {
  const call = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    try {
      return await answer;
    } catch (error) {
      const known = toAccountError(error);
      throw known.code === "sign_in_failed" ? new AppError("passkey_refused") : known;
    }
  };
  const about = (USERNAME: string) => {
    const SECRET_HASH = hashSecret(USERNAME);
    return { USERNAME, ...(SECRET_HASH !== undefined && { SECRET_HASH }) };
  };
  const remove = async (AccessToken: string, CredentialId: string): Promise<void> => {
    const command = new DeleteWebAuthnCredentialCommand({ AccessToken, CredentialId });
    const isGone = (error: Error) => error.name === "ResourceNotFoundException";
    await call(
      client.send(command).catch((error) => (isGone(error) ? null : Promise.reject(error))),
    );
  };

  return {
    /**
     * What a passkey of this account has to sign. An account without one, and one that doesn't
     * exist, get a challenge that nothing answers.
     */
    async startPasskeySignIn(handle: string): Promise<{ session: string; challenge: string }> {
      const answer = await call(
        client.send(
          new InitiateAuthCommand({
            ClientId: clientId,
            AuthFlow: "USER_AUTH",
            AuthParameters: { ...about(handle), PREFERRED_CHALLENGE: "WEB_AUTHN" },
          }),
        ),
      );
      const { CREDENTIAL_REQUEST_OPTIONS: options = "{}" } = answer.ChallengeParameters ?? {};
      const { challenge } = JSON.parse(options) as { challenge?: string };
      return {
        session: answer.Session ?? "",
        challenge: challenge ?? randomBytes(CHALLENGE_BYTES).toString("base64url"),
      };
    },

    async signInWithPasskey(
      handle: string,
      Session: string,
      credential: Credential,
    ): Promise<Tokens> {
      const { AuthenticationResult } = await call(
        client.send(
          new RespondToAuthChallengeCommand({
            ...{ ClientId: clientId, ChallengeName: "WEB_AUTHN", Session },
            ChallengeResponses: { ...about(handle), CREDENTIAL: JSON.stringify(credential) },
          }),
        ),
      );
      return toTokens(AuthenticationResult);
    },

    /** @param AccessToken of `refreshForOwnAccount`, here and below */
    async startPasskeyRegistration(AccessToken: string): Promise<Record<string, unknown>> {
      const command = new StartWebAuthnRegistrationCommand({ AccessToken });
      const { CredentialCreationOptions } = await call(client.send(command));
      return CredentialCreationOptions as Record<string, unknown>;
    },

    async completePasskeyRegistration(AccessToken: string, credential: NewCredential) {
      const { transports = [], ...response } = credential.response;
      const Credential = { ...credential, response: { ...response, transports } };
      await call(client.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential })));
    },

    /** Lets a passkey, which is two factors itself, sign in where the account has a second factor. */
    async letPasskeysReplaceCode(AccessToken: string): Promise<void> {
      const command = { AccessToken, WebAuthnMfaSettings: { Enabled: true } };
      await call(client.send(new SetUserMFAPreferenceCommand(command)));
    },

    /** Removes a passkey. One that is gone already is no error. */
    removePasskey: remove,

    /** Removes the passkeys that the server doesn't accept any more. */
    async removeOtherPasskeys(AccessToken: string, accepted: readonly string[]): Promise<void> {
      const list = new ListWebAuthnCredentialsCommand({ AccessToken });
      const { Credentials = [] } = await call(client.send(list));
      for (const { CredentialId = "" } of Credentials) {
        if (!accepted.includes(CredentialId)) await remove(AccessToken, CredentialId);
      }
    },
  };
}
