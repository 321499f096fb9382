import { CruddurError } from "@cruddur/client/errors";
import type { PasskeyChallenge, PasskeyRegistration } from "@cruddur/contract/passkeys";

/** Whether this browser knows passkeys, and their form in JSON. */
export const hasPasskeys = (): boolean =>
  typeof PublicKeyCredential !== "undefined" &&
  "parseRequestOptionsFromJSON" in PublicKeyCredential &&
  "parseCreationOptionsFromJSON" in PublicKeyCredential;

/** Lets the person choose a passkey of this site. @returns what it signed, as JSON */
export function signWithPasskey({ options }: PasskeyChallenge): Promise<unknown> {
  return toJson(() => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return navigator.credentials.get({ publicKey });
  });
}

/** Makes a new passkey. @returns its public key, as JSON */
export function createPasskey({ options }: PasskeyRegistration): Promise<unknown> {
  return toJson(() => {
    const json = options as unknown as PublicKeyCredentialCreationOptionsJSON;
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json);
    return navigator.credentials.create({ publicKey });
  });
}

/** Throws `passkey_refused` also where the person closed the browser's window: it doesn't say which. */
async function toJson(ask: () => Promise<Credential | null>): Promise<unknown> {
  try {
    return ((await ask()) as PublicKeyCredential).toJSON();
  } catch (cause) {
    throw new CruddurError("passkey_refused", { cause });
  }
}
