import { AppError } from "@cruddur/contract/errors";
import type { Users } from "@cruddur/db/users";
import { LRUCache } from "lru-cache";
import type { Authenticator, Identity } from "../api/context.ts";
import type { Claims, TokenVerifier } from "./token-verifier.ts";
import type { UserPool } from "./user-pool.ts";

const MAX_TOKENS = 20_000;
/** How long an access token can live at most (Cognito: a day). */
const MAX_TOKEN_AGE_MS = 24 * 3600 * 1000;

export interface IdentityOptions {
  verifier: TokenVerifier;
  users: Pick<Users, "findUserBySub" | "ensureUser">;
  userPool: Pick<UserPool, "getUser">;
}

export interface IdentityService extends Authenticator {
  /** The person of an access token, their row made if this is their first sign-in. */
  identify(token: string): Promise<Identity>;
  /** Refuses the tokens of a person issued before a moment. */
  revoke(user_uuid: string, beforeMs: number): void;
}

/** Tokens are verified once each and remembered until they expire. */
export function createIdentity(options: IdentityOptions): IdentityService {
  const { verifier, users, userPool } = options;
  const verified = new LRUCache<string, { identity: Identity; issuedAtMs: number }>({
    max: MAX_TOKENS,
  });
  const revoked = new LRUCache<string, number>({ max: MAX_TOKENS, ttl: MAX_TOKEN_AGE_MS });

  async function resolveUser(token: string, { sub }: Claims): Promise<string> {
    const known = await users.findUserBySub(sub);
    if (known !== null) return known.uuid;
    const attributes = await userPool.getUser(token);
    return (await users.ensureUser(attributes)).uuid;
  }

  async function verify(token: string) {
    const claims = await verifier.verify(token);
    const identity = {
      user_uuid: await resolveUser(token, claims),
      cognito_user_id: claims.sub,
      expiresAtMs: claims.expiresAtMs,
    };
    const entry = { identity, issuedAtMs: claims.issuedAtMs };
    const ttl = claims.expiresAtMs - Date.now();
    if (ttl > 0) verified.set(token, entry, { ttl });
    return entry;
  }

  async function identify(token: string): Promise<Identity> {
    const { identity, issuedAtMs } = verified.get(token) ?? (await verify(token));
    if (identity.expiresAtMs <= Date.now()) throw new AppError("token_expired");
    const revokedMs = revoked.get(identity.user_uuid);
    // `iat` is in whole seconds: a token of that same second may be the one of the next sign-in.
    if (revokedMs !== undefined && issuedAtMs + 1000 <= revokedMs) {
      throw new AppError("unauthenticated");
    }
    return identity;
  }

  return {
    identify,
    authenticate(authorization) {
      return identify(parseBearer(authorization));
    },
    revoke(user_uuid, beforeMs) {
      revoked.set(user_uuid, beforeMs);
    },
  };
}

const BEARER = /^bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** The token of an `Authorization` header; anything but `Bearer <JWT>` is `unauthenticated`. */
export function parseBearer(authorization: string | undefined): string {
  const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new AppError("unauthenticated");
  return token;
}
