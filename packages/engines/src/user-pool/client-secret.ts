import { createHmac, timingSafeEqual } from "node:crypto";
import type { PoolContext } from "./context.ts";
import { CognitoError } from "./errors.ts";

/** What proves the app client's secret in a call about a user: see Cognito's `SECRET_HASH`. */
export function createSecretHash(clientId: string, clientSecret: string, username: string): string {
  return createHmac("sha256", clientSecret).update(`${username}${clientId}`).digest("base64");
}

interface ClientProof {
  ClientId: string;
  SecretHash?: string | undefined;
}

/** Refuses a call about a user that doesn't come from who holds the app client's secret. */
export function checkClient(
  context: PoolContext,
  { ClientId, SecretHash }: ClientProof,
  username: string,
): void {
  checkClientId(context, ClientId);
  const { clientId, clientSecret } = context.store.state;
  if (SecretHash === undefined) {
    throw new CognitoError(
      "NotAuthorizedException",
      `Client ${clientId} is configured with secret but SECRET_HASH was not received`,
    );
  }
  if (!isSame(SecretHash, createSecretHash(clientId, clientSecret, username))) {
    throw new CognitoError(
      "NotAuthorizedException",
      `SecretHash does not match for the client: ${clientId}`,
    );
  }
}

/** The same for a call about a token, which carries the secret itself. */
export function checkClientSecret(
  context: PoolContext,
  { ClientId, ClientSecret = "" }: { ClientId: string; ClientSecret?: string | undefined },
): void {
  checkClientId(context, ClientId);
  if (!isSame(ClientSecret, context.store.state.clientSecret)) {
    throw new CognitoError("NotAuthorizedException", "Invalid client secret");
  }
}

function checkClientId(context: PoolContext, clientId: string): void {
  if (clientId !== context.store.state.clientId) {
    throw new CognitoError(
      "ResourceNotFoundException",
      `User pool client ${clientId} does not exist.`,
    );
  }
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
