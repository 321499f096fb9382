import type { Session } from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
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

/** Sign-in, renewal and sign-out. Throws `AppError`. */
export function createSessions(options: {
  userPool: Pick<UserPool, "signIn" | "refresh" | "revoke" | "signOutEverywhere">;
  identity: Pick<IdentityService, "identify">;
  people: Pick<People, "own">;
}) {
  const { userPool, identity, people } = options;
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
    const rotation = userPool.refresh(refreshToken);
    rotations.set(refreshToken, rotation);
    rotation.catch(() => rotations.delete(refreshToken));
    return rotation;
  }

  return {
    async signIn(handle: string, password: string): Promise<OpenedSession> {
      const tokens = await userPool.signIn(handle, password);
      if (tokens.refresh_token === null) throw new AppError("sign_in_failed");
      return open(tokens, tokens.refresh_token);
    },

    /** Throws `unauthenticated` when the session has ended. */
    async refresh(refreshToken: string): Promise<OpenedSession> {
      const tokens = await rotate(refreshToken).catch((error: unknown) => {
        const ended = error instanceof AppError && error.code === "sign_in_failed";
        throw ended ? new AppError("unauthenticated") : error;
      });
      return open(tokens, tokens.refresh_token ?? refreshToken);
    },

    /** Ends one session. A session that has ended already is no error. */
    async signOut(refreshToken: string): Promise<void> {
      const successor = await rotations.get(refreshToken)?.catch(() => undefined);
      rotations.delete(refreshToken);
      for (const token of [refreshToken, successor?.refresh_token]) {
        if (token) await userPool.revoke(token).catch(ignoreEnded);
      }
    },

    /**
     * Ends all sessions of a user.
     * @param accessToken any access token of the user
     * @returns the user's uuid
     */
    async signOutEverywhere(accessToken: string): Promise<string> {
      const { user_uuid, username } = await identity.identify(accessToken);
      await userPool.signOutEverywhere(username).catch(ignoreEnded);
      // Successors that are remembered for the grace period have ended, too.
      rotations.clear();
      return user_uuid;
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;

function ignoreEnded(error: unknown): void {
  const ended =
    error instanceof AppError &&
    (error.code === "sign_in_failed" || error.code === "invalid_input");
  if (!ended) throw error;
}
