import type { AccountProof } from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import { PASSKEYS_MAX } from "@cruddur/contract/limits";
import type {
  Credential,
  NewCredential,
  PasskeyChallenge,
  PasskeyRegistration,
} from "@cruddur/contract/passkeys";
import type { PasskeyItem } from "@cruddur/contract/users";
import type { DeviceUse } from "@cruddur/db/devices";
import type { PasskeyRecords } from "@cruddur/db/passkeys";
import type { OwnerMails } from "@cruddur/owner-mails/owner-mails";
import type { Identity } from "./identity.ts";
import type { Proof } from "./proof.ts";
import type { SealedSessions } from "./sealed-session.ts";
import type { Tokens } from "./tokens.ts";
import type { UserPool } from "./user-pool.ts";

const TIMEOUT_MS = 120_000;

export interface PasskeysOptions {
  userPool: UserPool;
  proof: Pick<Proof, "prove" | "end" | "withProof">;
  sealed: SealedSessions;
  records: PasskeyRecords;
  mails: Pick<OwnerMails, "tell">;
  webOrigin: string;
}

export type Passkeys = ReturnType<typeof createPasskeys>;

/**
 * Passkeys: the user pool verifies them, and the server decides which of them it accepts. Throws
 * `passkey_refused`.
 */
export function createPasskeys(options: PasskeysOptions) {
  const { userPool, proof, sealed, records, mails } = options;
  const rpId = new URL(options.webOrigin).hostname;

  return {
    /** Says nothing about the account: the browser finds its own passkeys of this site. */
    async startSignIn(handle: string): Promise<PasskeyChallenge> {
      const { session, challenge } = await userPool.startPasskeySignIn(handle);
      const request = { challenge, rpId, timeout: TIMEOUT_MS } as const;
      return { session, options: { ...request, userVerification: "required" } };
    },

    /**
     * @param user_uuid whose handle it is. The pool may still hold a passkey that was taken away from
     *   them, whose id another account has registered again.
     */
    async signIn(
      { handle, user_uuid }: { handle: string; user_uuid: string | undefined },
      session: string,
      credential: Credential,
    ): Promise<Tokens> {
      const owner = await records.findOwner(credential.id);
      if (owner === null || owner !== user_uuid) throw new AppError("passkey_refused");
      const tokens = await userPool.signInWithPasskey(handle, session, credential);
      await records.recordUse(credential.id);
      return tokens;
    },

    /** Begins to add a passkey. Throws what a proof throws, and `passkeys_full`. */
    async startRegistration(caller: Identity, given: AccountProof): Promise<PasskeyRegistration> {
      const lastEnding = await records.findLastEnding(caller.user_uuid);
      const session = await proof.prove(caller, given);
      try {
        const known = await records.list(caller.user_uuid);
        if (known.length >= PASSKEYS_MAX) throw new AppError("passkeys_full");
        const token = session.ownAccountToken;
        const accepted = known.map(({ credential_id }) => credential_id);
        await userPool.removeOtherPasskeys(token, accepted);
        const creation = await userPool.startPasskeyRegistration(token);
        const registration = await sealed.seal({ ...session, lastEnding }, caller.user_uuid);
        return { registration, options: creation };
      } catch (error) {
        await proof.end(session);
        throw error;
      }
    },

    /** Adds the passkey that the browser has made. Each registration is tried once. */
    async register(
      caller: Identity,
      registration: string,
      credential: NewCredential,
      use: DeviceUse,
    ): Promise<void> {
      const { user_uuid, username } = caller;
      const session = await sealed.open(registration, user_uuid);
      try {
        await userPool.completePasskeyRegistration(session.ownAccountToken, credential);
        const { has_second_factor } = await userPool.getUser(username);
        if (has_second_factor) await userPool.letPasskeysReplaceCode(session.ownAccountToken);
        const passkey = { credential_id: credential.id, user_uuid, device: use.device };
        await records.add(passkey, session.lastEnding);
      } finally {
        await proof.end(session);
      }
      mails.tell(user_uuid, "passkey_add", use);
    },

    /** Removes a passkey of the caller. One that isn't theirs, or is gone already, is no error. */
    async remove(caller: Identity, uuid: string, given: AccountProof, use: DeviceUse) {
      await proof.withProof(caller, given, async (token) => {
        const known = await records.list(caller.user_uuid);
        const passkey = known.find((each) => each.uuid === uuid.toLowerCase());
        if (passkey === undefined) return;
        await records.remove(caller.user_uuid, passkey.credential_id);
        await userPool.removePasskey(token, passkey.credential_id);
        mails.tell(caller.user_uuid, "passkey_remove", use);
      });
    },

    /** The passkeys of a person, the oldest first. */
    async list(user_uuid: string): Promise<PasskeyItem[]> {
      return (await records.list(user_uuid)).map(({ uuid, device, created_at, last_used_at }) => ({
        ...{ uuid, device },
        created_at: created_at.toISOString(),
        last_used_at: last_used_at?.toISOString() ?? null,
      }));
    },
  };
}
