import { AppError } from "@cruddur/contract/errors";
import type { Users } from "@cruddur/db/users";
import { LRUCache } from "lru-cache";
import type { Claims, TokenVerifier } from "./token-verifier.ts";
import type { UserPool } from "./user-pool.ts";

const MAX_TOKENS = 20_000;
/** The longest life of an access token that Cognito allows: a day. */
const MAX_TOKEN_AGE_MS = 24 * 3600 * 1000;

/** The signed-in user of a request. */
export interface Identity {
  user_uuid: string;
  cognito_user_id: string;
  /** The account's user name in the pool. */
  username: string;
  /** When the access token expires, in ms since the epoch. */
  expiresAtMs: number;
}

export interface IdentityOptions {
  verifier: TokenVerifier;
  users: Pick<Users, "findUserBySub" | "ensureUser">;
  userPool: Pick<UserPool, "getUser">;
}

export type IdentityService = ReturnType<typeof createIdentity>;

/** Finds the user of an access token. Each token is verified once and remembered until it expires. */
export function createIdentity(options: IdentityOptions) {
  const { verifier, users, userPool } = options;
  const verified = new LRUCache<string, { identity: Identity; issuedAtMs: number }>({
    max: MAX_TOKENS,
  });
  const revoked = new LRUCache<string, number>({ max: MAX_TOKENS, ttl: MAX_TOKEN_AGE_MS });

  /** Creates the user's row in Postgres at their first sign-in. */
  async function resolveUser({ sub, username }: Claims): Promise<string> {
    const known = await users.findUserBySub(sub);
    if (known !== null) return known.uuid;
    const attributes = await userPool.getUser(username);
    // After the account of the token was deleted, somebody else may have its user name.
    if (attributes.cognito_user_id !== sub) throw new AppError("unauthenticated");
    return (await users.ensureUser(attributes)).uuid;
  }

  async function verify(token: string) {
    const claims = await verifier.verify(token);
    const identity = {
      user_uuid: await resolveUser(claims),
      cognito_user_id: claims.sub,
      username: claims.username,
      expiresAtMs: claims.expiresAtMs,
    };
    const entry = { identity, issuedAtMs: claims.issuedAtMs };
    const ttl = claims.expiresAtMs - Date.now();
    if (ttl > 0) verified.set(token, entry, { ttl });
    return entry;
  }

  /** The user of an access token. Throws the codes of status 401. */
  async function identify(token: string): Promise<Identity> {
    const { identity, issuedAtMs } = verified.get(token) ?? (await verify(token));
    if (identity.expiresAtMs <= Date.now()) throw new AppError("token_expired");
    const revokedMs = revoked.get(identity.user_uuid);
    // `iat` is in whole seconds: a token of that same second may belong to the next sign-in.
    if (revokedMs !== undefined && issuedAtMs + 1000 <= revokedMs) {
      throw new AppError("unauthenticated");
    }
    return identity;
  }

  return {
    identify,
    /** The user of an `Authorization` header. Throws the codes of status 401. */
    authenticate: (authorization: string | undefined): Promise<Identity> =>
      identify(parseBearer(authorization)),
    /** Refuses the access tokens of a user that were issued before a moment. */
    revoke(user_uuid: string, beforeMs: number): void {
      revoked.set(user_uuid, beforeMs);
    },
  };
}

const BEARER = /^bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** The token of an `Authorization` header. Anything but `Bearer <JWT>` throws `unauthenticated`. */
export function parseBearer(authorization: string | undefined): string {
  const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new AppError("unauthenticated");
  return token;
}
