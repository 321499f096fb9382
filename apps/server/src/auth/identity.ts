import { AppError } from "@cruddur/contract/errors";
import type { SessionRecords } from "@cruddur/db/session-records";
import type { UserRow, Users } from "@cruddur/db/users";
import { LRUCache } from "lru-cache";
import type { Claims, TokenVerifier } from "./token-verifier.ts";
import type { UserPool } from "./user-pool.ts";

const MAX_TOKENS = 20_000;

/** The signed-in user of a request. */
export interface Identity {
  user_uuid: string;
  cognito_user_id: string;
  /** The account's user name in the pool. */
  username: string;
  /** Names the session that the token belongs to. */
  origin_jti: string;
  /** When the access token expires, in ms since the epoch. */
  expiresAtMs: number;
}

export interface IdentityOptions {
  verifier: TokenVerifier;
  users: Pick<Users, "findUserBySub" | "ensureUser">;
  records: Pick<SessionRecords, "findSession">;
  userPool: Pick<UserPool, "getUser">;
}

export type IdentityService = ReturnType<typeof createIdentity>;

/**
 * Finds the user of an access token. Each token is verified once and remembered until it expires or
 * until sessions of its user end. What has ended is read from Postgres, so it also holds after a
 * restart.
 */
export function createIdentity(options: IdentityOptions) {
  const { verifier, users, records, userPool } = options;
  const verified = new LRUCache<string, Identity>({ max: MAX_TOKENS });
  /** A token that was verified before sessions ended must not be remembered after it. */
  let endings = 0;

  /** Creates the user's row in Postgres at their first sign-in. */
  async function resolveUser({ sub, username }: Claims): Promise<UserRow> {
    const known = await users.findUserBySub(sub);
    if (known !== null) return known;
    const attributes = await userPool.getUser(username).catch((error: unknown) => {
      // The account of the token is deleted. That is no failed sign-in: nobody has entered anything.
      const isGone = error instanceof AppError && error.code === "sign_in_failed";
      throw isGone ? new AppError("unauthenticated") : error;
    });
    // After the account of the token was deleted, somebody else may have its user name.
    if (attributes.cognito_user_id !== sub) throw new AppError("unauthenticated");
    return users.ensureUser(attributes);
  }

  async function verify(token: string, signedInAt: Date | null): Promise<Identity> {
    const claims = await verifier.verify(token);
    const { origin_jti, expiresAtMs, username, sub } = claims;
    const endingsBefore = endings;
    const [user, session] = await Promise.all([
      resolveUser(claims),
      records.findSession(origin_jti),
    ]);
    if (user.suspended_at !== null) throw new AppError("account_suspended");
    const moment = signedInAt ?? session.signed_in_at;
    if (session.isEnded || hasEnded(user, claims, moment)) throw new AppError("unauthenticated");
    const identity: Identity = {
      user_uuid: user.uuid,
      cognito_user_id: sub,
      ...{ username, origin_jti, expiresAtMs },
    };
    const ttl = expiresAtMs - Date.now();
    if (ttl > 0 && endings === endingsBefore) verified.set(token, identity, { ttl });
    return identity;
  }

  /**
   * The user of an access token. Throws the codes of status 401.
   * @param signedInAt of a new session: a moment before its password was checked
   */
  async function identify(token: string, signedInAt: Date | null = null): Promise<Identity> {
    const identity = verified.get(token) ?? (await verify(token, signedInAt));
    if (identity.expiresAtMs <= Date.now()) throw new AppError("token_expired");
    return identity;
  }

  return {
    identify,
    /** The user of an `Authorization` header. Throws the codes of status 401. */
    authenticate: (authorization: string | undefined): Promise<Identity> =>
      identify(parseBearer(authorization)),
    /** Verifies the tokens of a user again, or all, because sessions have ended. */
    forget(user_uuid?: string): void {
      endings += 1;
      for (const [token, identity] of verified.entries()) {
        if (user_uuid === undefined || identity.user_uuid === user_uuid) verified.delete(token);
      }
    },
  };
}

/**
 * @param signedInAt null for a session that no server of ours opened or remembers. Its token states
 *   the sign-in in whole seconds: one of the same second has ended, too.
 */
function hasEnded(
  { sessions_ended_at, surviving_session }: UserRow,
  { authTimeSeconds, origin_jti }: Claims,
  signedInAt: Date | null,
): boolean {
  if (sessions_ended_at === null || origin_jti === surviving_session) return false;
  if (signedInAt !== null) return signedInAt <= sessions_ended_at;
  return authTimeSeconds <= Math.floor(sessions_ended_at.getTime() / 1000);
}

const BEARER = /^bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** The token of an `Authorization` header. Anything but `Bearer <JWT>` throws `unauthenticated`. */
export function parseBearer(authorization: string | undefined): string {
  const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
  if (token === undefined) throw new AppError("unauthenticated");
  return token;
}
