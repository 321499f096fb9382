/** Bodies of the routes about passkeys. The names inside `options` and `credential` are WebAuthn's own. */
import { z } from "zod";
import { accountHandleInput, accountProofInput } from "./accounts.ts";
import { code } from "./fields.ts";

/** An attestation without a statement, or a signature, is far shorter. */
const BYTES_MAX_CHARS = 8_192;
const ID_MAX_CHARS = 1_400;
const refused = code("passkey_refused");

const base64url = (maxChars: number) =>
  z
    .string(refused)
    .max(maxChars, refused)
    .regex(/^[\w-]+$/, refused);
const bytes = base64url(BYTES_MAX_CHARS);

const credentialFields = {
  id: base64url(ID_MAX_CHARS),
  rawId: base64url(ID_MAX_CHARS),
  type: z.literal("public-key", refused),
  clientExtensionResults: z.object({}, refused).default({}),
};

/** `RegistrationResponseJSON` */
const newCredentialSchema = z.object(
  {
    ...credentialFields,
    response: z.object(
      {
        clientDataJSON: bytes,
        attestationObject: bytes,
        transports: z.array(z.string(refused).max(20, refused), refused).max(8, refused).optional(),
      },
      refused,
    ),
  },
  refused,
);
export type NewCredential = z.infer<typeof newCredentialSchema>;

/** `AuthenticationResponseJSON` */
const credentialSchema = z.object(
  {
    ...credentialFields,
    response: z.object(
      {
        clientDataJSON: bytes,
        authenticatorData: bytes,
        signature: bytes,
        userHandle: base64url(ID_MAX_CHARS).optional(),
      },
      refused,
    ),
  },
  refused,
);
export type Credential = z.infer<typeof credentialSchema>;

export const passkeyStartOutput = z
  .object({
    session: z.string().describe("To be sent with the answer."),
    options: z
      .object({
        challenge: z.string(),
        rpId: z.string(),
        timeout: z.number(),
        userVerification: z.literal("required"),
      })
      .describe("`PublicKeyCredentialRequestOptionsJSON`, for `navigator.credentials.get`."),
  })
  .meta({ id: "PasskeyChallenge", description: "What a passkey has to sign." });
export type PasskeyChallenge = z.infer<typeof passkeyStartOutput>;

export const passkeySignInInput = accountHandleInput.extend({
  session: z.string(refused).min(1, refused).max(4_096, refused),
  credential: credentialSchema,
});

export const passkeyRegistrationOutput = z
  .object({
    registration: z.string().describe("To be sent with the new passkey, within five minutes."),
    options: z
      .record(z.string(), z.unknown())
      .describe("`PublicKeyCredentialCreationOptionsJSON`, for `navigator.credentials.create`."),
  })
  .meta({ id: "PasskeyRegistration", description: "What a browser makes a new passkey from." });
export type PasskeyRegistration = z.infer<typeof passkeyRegistrationOutput>;

export const passkeyConfirmInput = z.object({
  registration: z.string(refused).max(16_384, refused),
  credential: newCredentialSchema,
});

export const passkeyRemoveInput = accountProofInput.extend({
  passkey_uuid: z.uuid(code("invalid_input")),
});
