import type { Session } from "@cruddur/contract/accounts";
import { AppError } from "@cruddur/contract/errors";
import { LRUCache } from "lru-cache";
import type { People } from "../api/context.ts";
import type { IdentityService } from "./identity.ts";
import type { Tokens, UserPool } from "./user-pool.ts";

/** How long a rotated token still leads to its successor: two tabs refresh at the same moment. */
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

  /** One rotation for all who hold the same token; a failure isn't remembered. */
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

    /** Throws `unauthenticated` when the session is over. */
    async refresh(refreshToken: string): Promise<OpenedSession> {
      const tokens = await rotate(refreshToken).catch((error: unknown) => {
        const over = error instanceof AppError && error.code === "sign_in_failed";
        throw over ? new AppError("unauthenticated") : error;
      });
      return open(tokens, tokens.refresh_token ?? refreshToken);
    },

    /** Ends this session. One that is over already counts as ended. */
    async signOut(refreshToken: string): Promise<void> {
      const successor = await rotations.get(refreshToken)?.catch(() => undefined);
      rotations.delete(refreshToken);
      for (const token of [refreshToken, successor?.refresh_token]) {
        if (token) await userPool.revoke(token).catch(ignoreEnded);
      }
    },

    /** Ends all of a person's sessions, by any of their access tokens; returns whose they were. */
    async signOutEverywhere(accessToken: string): Promise<string> {
      const { user_uuid } = await identity.identify(accessToken);
      await userPool.signOutEverywhere(accessToken).catch(ignoreEnded);
      // Successors remembered for the grace period are over too.
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
