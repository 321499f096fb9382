import { randomInt } from "node:crypto";
import type { AccountProof, SecondFactorSecret } from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import type { OwnUser } from "@cruddur/contract/users";
import type { AccountCodes } from "@cruddur/db/account-codes";
import type { DeviceUse } from "@cruddur/db/devices";
import type { PasskeyRecords } from "@cruddur/db/passkeys";
import type { Users } from "@cruddur/db/users";
import type { OwnerMails } from "@cruddur/owner-mails/owner-mails";
import type { People } from "../people/people.ts";
import type { Identity } from "./identity.ts";
import type { Proof } from "./proof.ts";
import { createRecoveryCode, hashCode } from "./second-factor.ts";
import type { Sessions } from "./sessions.ts";
import type { UserPool } from "./user-pool.ts";
import { refuseWeakPassword } from "./weak-passwords.ts";

/** Names the product in authenticator apps. */
const ISSUER = "Cruddur";
const EMAIL_CODE_DIGITS = 8;

export interface OwnAccountOptions {
  userPool: UserPool;
  users: Pick<Users, "findUser" | "updateEmail" | "changeHandle">;
  people: Pick<People, "own" | "evict">;
  sessions: Pick<Sessions, "endOthers" | "signOutEverywhere">;
  codes: AccountCodes;
  proof: Pick<Proof, "withProof">;
  passkeys: Pick<PasskeyRecords, "list">;
  mails: OwnerMails;
}

export type OwnAccount = ReturnType<typeof createOwnAccount>;

/**
 * What people change of their own accounts. Each change is proven with the password, and with a code
 * where the account has a second factor: an access token alone, which may be stolen, changes nothing.
 * Throws `password_wrong`, `second_factor_required` and `confirmation_code_wrong`.
 */
export function createOwnAccount(options: OwnAccountOptions) {
  const { userPool, users, people, sessions, codes, mails, passkeys } = options;
  const { withProof } = options.proof;

  return {
    /** Checks a proof, for what the server does by itself afterwards. */
    prove: (caller: Identity, proof: AccountProof): Promise<void> =>
      withProof(caller, proof, async () => {}),

    /** Sets a new password and ends all other sessions. Throws `password_rejected`, too. */
    async changePassword(
      caller: Identity,
      proof: AccountProof,
      newPassword: string,
      use: DeviceUse,
    ): Promise<void> {
      const user = await people.own(caller);
      refuseWeakPassword(newPassword, [user.handle, user.email]);
      await withProof(caller, proof, (token) =>
        userPool.changePassword(token, proof.password, newPassword),
      );
      await sessions.endOthers(caller);
      mails.tell(caller.user_uuid, "password_change", use);
    },

    /** Sends a code to a new address. Whether somebody has the address is not revealed. */
    async askForEmail(caller: Identity, proof: AccountProof, email: string): Promise<void> {
      await withProof(caller, proof, async () => {});
      const code = randomInt(10 ** EMAIL_CODE_DIGITS)
        .toString()
        .padStart(EMAIL_CODE_DIGITS, "0");
      await codes.keepEmailChange(caller.user_uuid, email, hashCode(code));
      await mails.sendEmailCode(email, code);
    },

    /**
     * Sets the address that the code was sent to, ends all other sessions, and tells the old address.
     * Throws `confirmation_code_wrong`, `confirmation_code_expired` and `email_taken`.
     */
    async confirmEmail(caller: Identity, code: string, use: DeviceUse): Promise<OwnUser> {
      const { user_uuid, username } = caller;
      const tried = await codes.tryEmailCode(user_uuid, hashCode(code));
      if (tried === "wrong") throw new AppError("confirmation_code_wrong");
      if (tried === "expired") throw new AppError("confirmation_code_expired");
      const before = await users.findUser(user_uuid);
      if (before === null) throw new AppError("unauthenticated");
      await userPool.setEmail(username, tried.email);
      try {
        await users.updateEmail(user_uuid, tried.email);
      } catch (error) {
        // Both have the new address, or both the old one, with which the person can try again.
        await userPool.setEmail(username, before.email);
        throw error;
      }
      await codes.dropEmailChange(user_uuid);
      await people.evict(before);
      await sessions.endOthers(caller);
      mails.tell(user_uuid, "email_change", { ...use, to: before.email });
      return people.own(caller);
    },

    /**
     * Gives the caller another handle. It needs no proof: the old one still leads to them. Throws
     * `handle_taken` and `handle_changed_recently`.
     */
    async changeHandle(caller: Identity, handle: string): Promise<OwnUser> {
      const { user_uuid, username, cognito_user_id } = caller;
      const account = await userPool.getUser(handle).catch(ignoreUnknown);
      // Somebody signs in under this name, and may not have a row here yet.
      if (account !== null && account.cognito_user_id !== cognito_user_id) {
        throw new AppError("handle_taken");
      }
      const before = await people.own(caller);
      const row = await users.changeHandle({ user_uuid, handle, pool_username: username });
      await people.evict(before);
      await people.evict(row);
      // Last, and again at a repeat: nothing but the pool's own lists shows it.
      await userPool.setPreferredUsername(username, handle);
      return people.own(caller);
    },

    /** Makes a secret for an authenticator app, which has no effect before `enableSecondFactor`. */
    async createSecondFactor(caller: Identity, proof: AccountProof): Promise<SecondFactorSecret> {
      const { handle } = await people.own(caller);
      const secret = await withProof(caller, proof, userPool.createSecondFactor);
      const label = encodeURIComponent(`${ISSUER}:${handle}`);
      return { secret, uri: `otpauth://totp/${label}?secret=${secret}&issuer=${ISSUER}` };
    },

    /** Turns the second factor on. @returns the recovery code, of which only a hash is kept */
    async enableSecondFactor(
      caller: Identity,
      password: string,
      code: string,
      use: DeviceUse,
    ): Promise<string> {
      const recovery_code = createRecoveryCode();
      await withProof(caller, { password }, async (token) => {
        await userPool.enableSecondFactor(token, code);
        try {
          // Only now: an attempt that fails, such as a second click, must not replace the code in use.
          await codes.keepRecoveryCode(caller.user_uuid, hashCode(recovery_code));
        } catch (error) {
          await userPool.disableSecondFactor(caller.username);
          throw error;
        }
        const { length } = await passkeys.list(caller.user_uuid);
        if (length > 0) await userPool.letPasskeysReplaceCode(token);
      });
      await sessions.endOthers(caller);
      mails.tell(caller.user_uuid, "second_factor_on", use);
      return recovery_code;
    },

    async disableSecondFactor(caller: Identity, proof: AccountProof, use: DeviceUse) {
      await withProof(caller, proof, async () => userPool.disableSecondFactor(caller.username));
      await codes.dropRecoveryCode(caller.user_uuid);
      mails.tell(caller.user_uuid, "second_factor_off", use);
    },

    async hasSecondFactor({ username }: Identity): Promise<boolean> {
      return (await userPool.getUser(username)).has_second_factor;
    },

    /** Ends all sessions of the caller, this one, too. */
    async signOutEverywhere(caller: Identity, proof: AccountProof): Promise<void> {
      await withProof(caller, proof, async () => {});
      await sessions.signOutEverywhere(caller);
    },
  };
}

/** The pool answers an unknown user name like a wrong password. */
function ignoreUnknown(error: unknown): null {
  if (error instanceof AppError && error.code === "sign_in_failed") return null;
  throw error;
}
