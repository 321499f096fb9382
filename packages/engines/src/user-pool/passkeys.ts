import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { z } from "zod";
import type { PoolContext } from "./context.ts";
import { type Action, defineAction } from "./define-action.ts";
import { CognitoError } from "./errors.ts";
import { ownerOf, saveAccount, withAccessToken } from "./own-account.ts";
import type { PoolAccount, PoolPasskey } from "./state.ts";

const RELYING_PARTY_NAME = "Cruddur";
/** Cognito's quota for each user. */
const MAX_PASSKEYS = 20;
const CHALLENGE_MS = 180_000;

type RegistrationResponse = Parameters<typeof verifyRegistrationResponse>[0]["response"];
type AuthenticationResponse = Parameters<typeof verifyAuthenticationResponse>[0]["response"];

/** The actions of people on their own passkeys. Challenges are in memory, one for each person. */
export function createPasskeyActions(): Record<string, Action> {
  const challenges = new Map<string, { value: string; expiresAtMs: number }>();

  return {
    StartWebAuthnRegistration: defineAction(withAccessToken, async (context, { AccessToken }) => {
      const user = await ownerOf(context, AccessToken);
      const { rpId } = relyingParty(context);
      const options = await generateRegistrationOptions({
        rpName: RELYING_PARTY_NAME,
        rpID: rpId,
        userID: Buffer.from(user.sub),
        userName: user.username,
        userDisplayName: user.attributes.name ?? user.username,
        excludeCredentials: describe(user),
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
      });
      const expiresAtMs = context.now() + CHALLENGE_MS;
      challenges.set(user.sub, { value: options.challenge, expiresAtMs });
      return { CredentialCreationOptions: options };
    }),

    CompleteWebAuthnRegistration: defineAction(
      withAccessToken.extend({ Credential: z.custom<RegistrationResponse>(isCredential) }),
      async (context, { AccessToken, Credential }) => {
        const user = await ownerOf(context, AccessToken);
        const challenge = challenges.get(user.sub);
        challenges.delete(user.sub);
        if (challenge === undefined || challenge.expiresAtMs <= context.now()) {
          throw new CognitoError("WebAuthnChallengeNotFoundException", "Start again.");
        }
        const { rpId, origin } = relyingParty(context);
        checkOrigin(Credential, origin);
        const { registrationInfo } = await verifyRegistrationResponse({
          response: Credential,
          expectedChallenge: challenge.value,
          expectedOrigin: origin,
          expectedRPID: rpId,
          requireUserVerification: true,
        }).catch(refuse);
        if (registrationInfo === undefined) return refuse();
        const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
        const passkeys = user.passkeys ?? [];
        if (passkeys.length >= MAX_PASSKEYS) {
          throw new CognitoError("LimitExceededException", "Too many passkeys.");
        }
        const added: PoolPasskey = {
          ...{ id, counter, transports, createdAtMs: context.now() },
          publicKey: Buffer.from(publicKey).toString("base64url"),
        };
        user.passkeys = [...passkeys.filter((passkey) => passkey.id !== id), added];
        await saveAccount(context, user);
        return {};
      },
    ),

    ListWebAuthnCredentials: defineAction(withAccessToken, async (context, { AccessToken }) => {
      const { passkeys = [] } = await ownerOf(context, AccessToken);
      return {
        Credentials: passkeys.map(({ id, transports, createdAtMs }) => ({
          CredentialId: id,
          FriendlyCredentialName: "Passkey",
          RelyingPartyId: relyingParty(context).rpId,
          AuthenticatorTransports: transports,
          CreatedAt: createdAtMs / 1_000,
        })),
      };
    }),

    DeleteWebAuthnCredential: defineAction(
      withAccessToken.extend({ CredentialId: z.string() }),
      async (context, { AccessToken, CredentialId }) => {
        const user = await ownerOf(context, AccessToken);
        const { passkeys = [] } = user;
        user.passkeys = passkeys.filter(({ id }) => id !== CredentialId);
        if (user.passkeys.length === passkeys.length) {
          throw new CognitoError("ResourceNotFoundException", "There is no such passkey.");
        }
        await saveAccount(context, user);
        return {};
      },
    ),
  };
}

/** What a browser asks its authenticators with. @returns the challenge, and its options as JSON */
export async function askForPasskey(context: PoolContext, user: PoolAccount) {
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(context).rpId,
    userVerification: "required",
    allowCredentials: describe(user),
  });
  return { challenge: options.challenge, options: JSON.stringify(options) };
}

/** Throws NotAuthorizedException for an answer that isn't one of the person's own passkeys. */
export async function verifyPasskey(
  context: PoolContext,
  { user, challenge, answer }: { user: PoolAccount; challenge: string; answer: string },
): Promise<void> {
  const { rpId, origin } = relyingParty(context);
  const response = parseCredential(answer);
  const passkey = user.passkeys?.find(({ id }) => id === response.id);
  if (passkey === undefined) return refuse();
  checkOrigin(response, origin);
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpId,
    credential: { ...passkey, publicKey: Buffer.from(passkey.publicKey, "base64url") },
    requireUserVerification: true,
  }).catch(refuse);
  if (!verified) return refuse();
  passkey.counter = authenticationInfo.newCounter;
  await context.store.save();
}

const describe = ({ passkeys = [] }: PoolAccount) => passkeys.map(({ id }) => ({ id }));

function relyingParty({ webOrigin }: PoolContext): { rpId: string; origin: string } {
  const origin = webOrigin();
  if (origin === undefined) {
    throw new CognitoError("WebAuthnConfigurationMissingException", "Passkeys aren't set up.");
  }
  return { rpId: new URL(origin).hostname, origin };
}

const isCredential = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "id" in value && "response" in value;

function parseCredential(json: string): AuthenticationResponse {
  try {
    const value: unknown = JSON.parse(json);
    if (isCredential(value)) return value as AuthenticationResponse;
  } catch {}
  return refuse();
}

/** Names the one refusal that says something about where the page came from. */
function checkOrigin({ response }: { response: { clientDataJSON: string } }, origin: string): void {
  const text = Buffer.from(String(response.clientDataJSON), "base64url").toString();
  const stated = /"origin":"([^"]*)"/.exec(text)?.[1];
  if (stated !== origin) {
    throw new CognitoError("WebAuthnOriginNotAllowedException", `The origin isn't ${origin}.`);
  }
}

function refuse(): never {
  throw new CognitoError("NotAuthorizedException", "The passkey was refused.");
}
