import { AppError } from "@cruddur/contract/errors";

export interface Tokens {
  access_token: string;
  /** null where the pool doesn't rotate refresh tokens: the one that was sent stays valid. */
  refresh_token: string | null;
  /** Life of the access token, in seconds. */
  expires_in: number;
}

/** Throws `sign_in_failed` for an answer of the user pool without tokens. */
export function toTokens(
  result: { AccessToken?: string; RefreshToken?: string; ExpiresIn?: number } | undefined,
): Tokens {
  if (result?.AccessToken === undefined) throw new AppError("sign_in_failed");
  return {
    access_token: result.AccessToken,
    refresh_token: result.RefreshToken ?? null,
    expires_in: result.ExpiresIn ?? 3600,
  };
}
