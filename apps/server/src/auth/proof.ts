import type { AccountProof } from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import type { Identity } from "./identity.ts";
import type { UserPool } from "./user-pool.ts";

/** A session that may act on its own account. It never leaves the server, except sealed. */
export interface ProvenSession {
  ownAccountToken: string;
  refreshToken: string;
}

export type Proof = ReturnType<typeof createProof>;

/**
 * Signs people in once more before they change their account. Throws `password_wrong`,
 * `second_factor_required` and `confirmation_code_wrong`.
 */
export function createProof(
  userPool: Pick<UserPool, "signIn" | "refreshForOwnAccount" | "revoke">,
) {
  async function prove(
    { username }: Identity,
    { password, code }: AccountProof,
  ): Promise<ProvenSession> {
    const readCode = code === undefined ? undefined : async () => code;
    const tokens = await userPool.signIn(username, password, readCode).catch((error: unknown) => {
      const isWrong = error instanceof AppError && error.code === "sign_in_failed";
      throw isWrong ? new AppError("password_wrong") : error;
    });
    const refreshToken = tokens.refresh_token ?? "";
    try {
      const { access_token } = await userPool.refreshForOwnAccount(refreshToken);
      return { ownAccountToken: access_token, refreshToken };
    } catch (error) {
      await end({ refreshToken });
      throw error;
    }
  }

  const end = ({ refreshToken }: Pick<ProvenSession, "refreshToken">): Promise<void> =>
    userPool.revoke(refreshToken).catch(() => {});

  return {
    /** The caller must end the session. */
    prove,
    end,
    /** Works with a token that may act on the account, and ends its session. */
    async withProof<Result>(
      caller: Identity,
      proof: AccountProof,
      work: (ownAccountToken: string) => Promise<Result>,
    ): Promise<Result> {
      const session = await prove(caller, proof);
      try {
        return await work(session.ownAccountToken);
      } finally {
        await end(session);
      }
    },
  };
}
