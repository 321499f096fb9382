import { AppError } from "@cruddur/contract/errors";
import { JwtVerifier } from "aws-jwt-verify";
import {
  FetchError,
  JwksNotAvailableInCacheError,
  JwtExpiredError,
  KidNotFoundInJwksError,
} from "aws-jwt-verify/error";
import { SimpleFetcher } from "aws-jwt-verify/https";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";

/** The claims of a verified access token. */
export interface Claims {
  sub: string;
  /** The account's user name in the pool. */
  username: string;
  /** Names the session, in all its tokens; "" from a pool without token revocation. */
  origin_jti: string;
  /** When the person signed in, in whole seconds since the epoch. */
  authTimeSeconds: number;
  expiresAtMs: number;
}

export interface TokenVerifier {
  /** Throws `token_expired`, `cognito_user_id_blank`, `unauthenticated`, or `unavailable` without keys. */
  verify(token: string): Promise<Claims>;
  /** Fetches the pool's keys, so that the first request needn't wait for them. */
  hydrate(): Promise<void>;
}

export interface TokenVerifierOptions {
  region: string;
  userPoolId: string;
  clientId: string;
  /** The endpoint of a local pool. Its issuer is `<endpoint>/<userPoolId>`, as AWS's is. */
  endpoint?: string | undefined;
}

/** Verifies access tokens of one pool and one app client. Keys are fetched again when they rotate. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { region, userPoolId, clientId, endpoint } = options;
  const base = endpoint?.replace(/\/$/, "") ?? `https://cognito-idp.${region}.amazonaws.com`;
  const issuer = `${base}/${userPoolId}`;
  const verifier = JwtVerifier.create(
    {
      issuer,
      audience: null,
      jwksUri: `${issuer}/.well-known/jwks.json`,
      // Access tokens have no `aud`: `client_id` names the app client. Id tokens fail both checks.
      customJwtCheck({ payload }) {
        if (payload.token_use !== "access" || payload.client_id !== clientId) {
          throw new AppError("unauthenticated");
        }
      },
    },
    {
      jwksCache: new SimpleJwksCache({
        // The library's own fetcher supports https only.
        fetcher: endpoint?.startsWith("http:") ? { fetch: fetchPlain } : new SimpleFetcher(),
      }),
    },
  );

  async function verifyPayload(token: string) {
    try {
      return verifier.verifySync(token);
    } catch (error) {
      const keyMissing =
        error instanceof JwksNotAvailableInCacheError || error instanceof KidNotFoundInJwksError;
      if (!keyMissing) throw error;
      return await verifier.verify(token);
    }
  }

  return {
    hydrate: () => verifier.hydrate(),
    async verify(token) {
      const payload = await verifyPayload(token).catch((cause: unknown) => {
        throw toAppError(cause);
      });
      const { sub, username = sub, origin_jti = "", iat = 0, exp = 0 } = payload;
      const { auth_time = iat } = payload;
      if (typeof sub !== "string" || sub.trim() === "") throw new AppError("cognito_user_id_blank");
      return {
        sub,
        username: String(username),
        origin_jti: String(origin_jti),
        authTimeSeconds: Number(auth_time),
        expiresAtMs: exp * 1000,
      };
    },
  };
}

function toAppError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  if (cause instanceof JwtExpiredError) return new AppError("token_expired");
  // Without the keys the token can't be judged.
  if (cause instanceof FetchError)
    return new AppError("unavailable", { cause, retryAfterSeconds: 2 });
  return new AppError("unauthenticated");
}

async function fetchPlain(uri: string): Promise<ArrayBuffer> {
  try {
    const response = await fetch(uri, { signal: AbortSignal.timeout(3_000) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await response.arrayBuffer();
  } catch (error) {
    throw new FetchError(uri, error);
  }
}
