import { createHash } from "node:crypto";
import type { Session } from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import type { SessionItem } from "@cruddur/contract/users";
import type { Devices, DeviceUse } from "@cruddur/db/devices";
import type { PasskeyRecords } from "@cruddur/db/passkeys";
import type { SessionId, SessionRecords } from "@cruddur/db/session-records";
import type { UserRow, Users } from "@cruddur/db/users";
import { LRUCache } from "lru-cache";
import type { EndedSessions } from "../live/connections.ts";
import type { People } from "../people/people.ts";
import type { Audit } from "./attempts.ts";
import type { Identity, IdentityService } from "./identity.ts";
import type { Tokens } from "./tokens.ts";
import type { UserPool } from "./user-pool.ts";

/** How long a rotated refresh token leads to its successor, because two tabs may refresh at once. */
const GRACE_MS = 60_000;

export interface OpenedSession {
  session: Session;
  refresh_token: string;
}

export interface SessionsOptions {
  userPool: Pick<UserPool, "refresh" | "revoke" | "signOutEverywhere" | "getUser">;
  identity: Pick<IdentityService, "identify" | "forget">;
  people: Pick<People, "own">;
  records: SessionRecords;
  passkeys: Pick<PasskeyRecords, "removeAll">;
  devices: Devices;
  users: Pick<Users, "findUserBySub">;
  audit: Audit;
  /** Tells all servers that sessions of a user have ended. */
  publishEnd: (end: { user_uuid: string } & EndedSessions) => void;
  /** Called when a refresh token was sent after its successor had been issued. */
  onReuse: (session: SessionId) => void;
}

/** Sign-in, renewal and sign-out. Throws `AppError`. */
export function createSessions(options: SessionsOptions) {
  const { userPool, identity, people, records, passkeys, devices, users } = options;
  const { audit, publishEnd, onReuse } = options;
  const rotations = new LRUCache<string, Promise<Tokens>>({ max: 10_000, ttl: GRACE_MS });

  async function open(
    tokens: Tokens,
    refresh_token: string,
    use: DeviceUse,
    signedInAt?: Date,
  ): Promise<OpenedSession> {
    const { access_token, expires_in } = tokens;
    const caller = await identity.identify(access_token, signedInAt);
    const [user] = await Promise.all([
      people.own(caller),
      devices.recordUse(caller, use, signedInAt),
    ]);
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
    const { user_uuid, origin_jti } = await identity
      .identify(tokens.access_token)
      .catch(async (error: unknown) => {
        // The session has ended here, so it must end in the pool, too.
        await userPool.revoke(tokens.refresh_token ?? refreshToken).catch(ignoreEnded);
        throw error;
      });
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

  function announceEnd(end: { user_uuid: string } & EndedSessions): void {
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
    /** @param prove checks who it is, by a password or a passkey */
    async signIn(prove: () => Promise<Tokens>, use: DeviceUse): Promise<OpenedSession> {
      // Taken first: if all sessions end while the password is checked, this one must end, too.
      const signedInAt = await records.now();
      const tokens = await prove();
      if (tokens.refresh_token === null) throw new AppError("sign_in_failed");
      return open(tokens, tokens.refresh_token, use, signedInAt);
    },

    /** Throws `unauthenticated` when the session has ended. */
    async refresh(refreshToken: string, use: DeviceUse): Promise<OpenedSession> {
      const tokens = await rotate(refreshToken);
      return open(tokens, tokens.refresh_token ?? refreshToken, use);
    },

    /**
     * Ends one session with its access tokens and live connections. A session that has ended already
     * is no error.
     * @returns the user's uuid; null when the session had ended
     */
    async signOut(refreshToken: string): Promise<string | null> {
      const tokens = await rotate(refreshToken).catch(ignoreEnded);
      if (tokens === undefined) return null;
      // A successor that is remembered for the grace period may have ended on another server.
      const caller = await identity.identify(tokens.access_token).catch(ignoreEnded);
      if (caller === undefined) return null;
      const { user_uuid, origin_jti } = caller;
      await records.endSession({ user_uuid, origin_jti });
      announceEnd({ user_uuid, origin_jti });
      for (const token of [refreshToken, tokens.refresh_token]) {
        if (token) await userPool.revoke(token).catch(ignoreEnded);
      }
      return user_uuid;
    },

    /** Ends all sessions of a user. */
    signOutEverywhere: ({ user_uuid, username }: Identity): Promise<void> =>
      endAll(user_uuid, username),

    /** Ends all sessions of the caller but the caller's own. */
    async endOthers({ user_uuid, origin_jti }: SessionId): Promise<void> {
      await records.endAllSessions(user_uuid, origin_jti);
      announceEnd({ user_uuid, except: origin_jti });
    },

    /** The sessions of the caller that go on, the last used first. */
    async list({ user_uuid, origin_jti: own }: SessionId): Promise<SessionItem[]> {
      const sessions = await devices.list(user_uuid);
      return sessions.map(({ uuid, origin_jti, signed_in_at, last_used_at, ...use }) => ({
        ...{ uuid, ...use },
        signed_in_at: signed_in_at.toISOString(),
        last_used_at: last_used_at.toISOString(),
        is_current: origin_jti === own,
      }));
    },

    /** Ends one session of the caller. One that has ended already, or isn't theirs, is no error. */
    async endOne(user_uuid: string, session_uuid: string, address: string): Promise<void> {
      const session = await devices.find(user_uuid, session_uuid);
      if (session === null || !(await records.endSession(session))) return;
      announceEnd(session);
      audit({ event: "session_end", outcome: "ok", user_uuid, address });
    },

    /**
     * Ends all sessions of an account whose password was reset, and takes its passkeys away: who
     * knew the old password may have added one.
     * @param username or the email address
     * @returns who it is; null for an account that never signed in
     */
    async endAllOfAccount(username: string): Promise<UserRow | null> {
      const account = await userPool.getUser(username);
      const user = await users.findUserBySub(account.cognito_user_id);
      if (user === null) return null;
      await passkeys.removeAll(user.uuid);
      await endAll(user.uuid, account.handle);
      // Also one that a session added while it was being ended.
      await passkeys.removeAll(user.uuid);
      return user;
    },
  };
}

const hashToken = (token: string): string => createHash("sha256").update(token).digest("base64url");

export type Sessions = ReturnType<typeof createSessions>;

function ignoreEnded(error: unknown): undefined {
  const ended =
    error instanceof AppError &&
    ["sign_in_failed", "invalid_input", "unauthenticated", "account_suspended"].includes(
      error.code,
    );
  if (!ended) throw error;
}
