import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Session } from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import type { SessionId, SessionRecords } from "@cruddur/db/session-records";
import type { UserRow, Users } from "@cruddur/db/users";
import { LRUCache } from "lru-cache";
import type { People } from "../people/people.ts";
import type { IdentityService } from "./identity.ts";
import type { Tokens, UserPool } from "./user-pool.ts";

/** How long a rotated refresh token leads to its successor, because two tabs may refresh at once. */
const GRACE_MS = 60_000;

export interface OpenedSession {
  session: Session;
  refresh_token: string;
}

/** Signing in waits for the next second this often, when the person's sessions ended in this one. */
const SIGN_IN_ATTEMPTS = 4;

export interface SessionsOptions {
  userPool: Pick<UserPool, "signIn" | "refresh" | "revoke" | "signOutEverywhere" | "getUser">;
  identity: Pick<IdentityService, "identify" | "forget">;
  people: Pick<People, "own">;
  records: SessionRecords;
  users: Pick<Users, "findUserBySub">;
  /** Tells all servers that sessions have ended: all of a user, or the one that is named. */
  publishEnd: (end: { user_uuid: string; origin_jti?: string }) => void;
  /** Called when a refresh token was sent after its successor had been issued. */
  onReuse: (session: SessionId) => void;
}

/** Sign-in, renewal and sign-out. Throws `AppError`. */
export function createSessions(options: SessionsOptions) {
  const { userPool, identity, people, records, users, publishEnd, onReuse } = options;
  const rotations = new LRUCache<string, Promise<Tokens>>({ max: 10_000, ttl: GRACE_MS });

  async function open(tokens: Tokens, refresh_token: string): Promise<OpenedSession> {
    const { access_token, expires_in } = tokens;
    const user = await people.own(await identity.identify(access_token));
    return { session: { access_token, expires_in, user }, refresh_token };
  }

  /** One rotation for all callers with the same token. A failure isn't remembered. */
  function rotate(refreshToken: string): Promise<Tokens> {
    const known = rotations.get(refreshToken);
    if (known !== undefined) return known;
    const rotation = exchange(refreshToken);
    rotations.set(refreshToken, rotation);
    rotation.catch(() => rotations.delete(refreshToken));
    return rotation;
  }

  async function exchange(refreshToken: string): Promise<Tokens> {
    let tokens: Tokens;
    try {
      tokens = await userPool.refresh(refreshToken);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "sign_in_failed") throw error;
      await endReusedSession(refreshToken);
      throw new AppError("unauthenticated");
    }
    const { user_uuid, origin_jti } = await identity.identify(tokens.access_token);
    if (tokens.refresh_token !== null && tokens.refresh_token !== refreshToken) {
      await records.recordSpentToken(hashToken(refreshToken), { user_uuid, origin_jti });
    }
    return tokens;
  }

  /** Two programs hold tokens of one session, so one of them has stolen its own: the session ends. */
  async function endReusedSession(refreshToken: string): Promise<void> {
    const session = await records.findSpentToken(hashToken(refreshToken));
    if (session === null || !(await records.endSession(session))) return;
    announceEnd(session);
    onReuse(session);
    await userPool.revoke(refreshToken).catch(ignoreEnded);
  }

  function announceEnd(end: { user_uuid: string; origin_jti?: string }): void {
    identity.forget(end.user_uuid);
    // Successors that are remembered for the grace period have ended, too.
    rotations.clear();
    publishEnd(end);
  }

  async function endAll(user_uuid: string, username: string): Promise<void> {
    await records.endAllSessions(user_uuid);
    announceEnd({ user_uuid });
    await userPool.signOutEverywhere(username).catch(ignoreEnded);
  }

  return {
    async signIn(handle: string, password: string): Promise<OpenedSession> {
      for (let attempt = 1; ; attempt += 1) {
        const tokens = await userPool.signIn(handle, password);
        if (tokens.refresh_token === null) throw new AppError("sign_in_failed");
        try {
          return await open(tokens, tokens.refresh_token);
        } catch (error) {
          const isTooEarly = error instanceof AppError && error.code === "unauthenticated";
          if (!isTooEarly || attempt === SIGN_IN_ATTEMPTS) throw error;
          await userPool.revoke(tokens.refresh_token).catch(ignoreEnded);
          await sleep(1_000 - (Date.now() % 1_000));
        }
      }
    },

    /** Throws `unauthenticated` when the session has ended. */
    async refresh(refreshToken: string): Promise<OpenedSession> {
      const tokens = await rotate(refreshToken);
      return open(tokens, tokens.refresh_token ?? refreshToken);
    },

    /**
     * Ends one session with its access tokens and live connections. A session that has ended already
     * is no error.
     * @returns the user's uuid; null when the session had ended
     */
    async signOut(refreshToken: string): Promise<string | null> {
      const tokens = await rotate(refreshToken).catch(ignoreEnded);
      if (tokens === undefined) return null;
      const { user_uuid, origin_jti } = await identity.identify(tokens.access_token);
      await records.endSession({ user_uuid, origin_jti });
      announceEnd({ user_uuid, origin_jti });
      for (const token of [refreshToken, tokens.refresh_token]) {
        if (token) await userPool.revoke(token).catch(ignoreEnded);
      }
      return user_uuid;
    },

    /**
     * Ends all sessions of a user.
     * @param accessToken any access token of the user
     * @returns the user's uuid
     */
    async signOutEverywhere(accessToken: string): Promise<string> {
      const { user_uuid, username } = await identity.identify(accessToken);
      await endAll(user_uuid, username);
      return user_uuid;
    },

    /**
     * Ends all sessions of an account whose password was reset.
     * @param username or the email address
     * @returns who it is; null for an account that never signed in
     */
    async endAllOfAccount(username: string): Promise<UserRow | null> {
      const account = await userPool.getUser(username);
      const user = await users.findUserBySub(account.cognito_user_id);
      if (user !== null) await endAll(user.uuid, account.handle);
      return user;
    },
  };
}

const hashToken = (token: string): string => createHash("sha256").update(token).digest("base64url");

export type Sessions = ReturnType<typeof createSessions>;

function ignoreEnded(error: unknown): undefined {
  const ended =
    error instanceof AppError &&
    ["sign_in_failed", "invalid_input", "unauthenticated"].includes(error.code);
  if (!ended) throw error;
}
