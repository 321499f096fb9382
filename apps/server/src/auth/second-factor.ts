import { createHash, randomInt } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import type { AccountCodes } from "@cruddur/db/account-codes";
import type { DeviceUse } from "@cruddur/db/devices";
import type { Users } from "@cruddur/db/users";
import type { Tokens } from "./tokens.ts";
import type { UserPool } from "./user-pool.ts";

const APP_CODE = /^\d{6}$/;
/** Without letters and digits that look alike, and without vowels, so that no words arise. */
const ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ";
/** 16 characters of 27 are 76 bits: too many to guess, so that a plain hash is enough. */
const GROUPS = 4;
const GROUP_CHARS = 4;

export interface SecondFactorOptions {
  userPool: Pick<UserPool, "signIn" | "getUser" | "disableSecondFactor">;
  codes: Pick<AccountCodes, "spendRecoveryCode" | "returnRecoveryCode">;
  users: Pick<Users, "findUserBySub">;
  /** Called when somebody signed in with a recovery code. */
  onRecovered: (user_uuid: string, use: DeviceUse) => void;
}

export type SecondFactor = ReturnType<typeof createSecondFactor>;

/** Sign-in with a code: of the authenticator app, or the recovery code in its place. */
export function createSecondFactor(options: SecondFactorOptions) {
  const { userPool, codes, users, onRecovered } = options;

  /**
   * A recovery code turns the second factor off, because the pool signs nobody in without it. The
   * person then sets it up again, with a new recovery code.
   */
  async function recover(handle: string, password: string, code: string, use: DeviceUse) {
    const account = await userPool.getUser(handle);
    const user = await users.findUserBySub(account.cognito_user_id);
    const hash = hashCode(code);
    // Spent first: a second use at the same time must not turn off what was set up anew meanwhile.
    if (user === null || !(await codes.spendRecoveryCode(user.uuid, hash))) {
      throw new AppError("confirmation_code_wrong");
    }
    try {
      await userPool.disableSecondFactor(account.handle);
    } catch (error) {
      await codes.returnRecoveryCode(user.uuid, hash);
      throw error;
    }
    onRecovered(user.uuid, use);
    return userPool.signIn(handle, password);
  }

  return {
    /**
     * Throws as `userPool.signIn` does.
     * @param countCode called before a code is tried, which only the right password allows: strangers
     *   must not use up the tries of an account
     */
    async signIn(
      handle: string,
      { password, code }: { password: string; code?: string | undefined },
      use: DeviceUse,
      countCode: () => Promise<void>,
    ): Promise<Tokens> {
      if (code === undefined) return userPool.signIn(handle, password);
      const readCode = async () => {
        await countCode();
        return code;
      };
      if (APP_CODE.test(code)) return userPool.signIn(handle, password, readCode);
      try {
        // The password comes first: without it, nobody can try recovery codes.
        return await userPool.signIn(handle, password);
      } catch (error) {
        const isNeeded = error instanceof AppError && error.code === "second_factor_required";
        if (!isNeeded) throw error;
        return recover(handle, password, await readCode(), use);
      }
    },
  };
}

/** In groups, so that people can copy it from paper. */
export function createRecoveryCode(): string {
  const group = () =>
    Array.from({ length: GROUP_CHARS }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}

/** Ignores case and the hyphens between groups. */
export const hashCode = (code: string): string =>
  createHash("sha256").update(code.replaceAll("-", "").toUpperCase()).digest("base64url");
