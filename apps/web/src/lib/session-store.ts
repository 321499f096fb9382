import type { AccountProof, Session } from "@cruddur/contract/accounts";
import type { OwnUser } from "@cruddur/contract/users";
import { isUnauthenticated } from "./errors.ts";
import { request } from "./http.ts";
import { createStore } from "./store.ts";

/** How long before its expiry the access token is replaced. */
const REFRESH_AHEAD_MS = 60_000;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
const CHANNEL = "cruddur-session";

export type SessionState =
  | { status: "loading" }
  /** The server could not be reached when the page opened. The page keeps trying. */
  | { status: "unreachable"; error: unknown }
  | { status: "signed_out"; reason: "never" | "signed_out" | "expired" }
  /** `asOfMs`: the server can't be reached, and the pages show what the browser kept of then. */
  | { status: "signed_in"; user: OwnUser; asOfMs?: number };

type ChannelMessage = { type: "signed_out" } | { type: "signed_in"; user_uuid: string };

/** A password, or what a passkey has signed. */
type Credentials = { handle: string } & (AccountProof | { session: string; credential: unknown });

/**
 * The session of the signed-in person. The access token is kept in this closure only. The refresh
 * token is an HttpOnly cookie that scripts cannot read.
 */
export type SessionStore = ReturnType<typeof createSessionStore>;

/**
 * @param openKept what the browser keeps of the last session, for when the server can't be reached
 */
export function createSessionStore(
  openKept: () => Promise<{ user: OwnUser; asOfMs: number } | null> = async () => null,
) {
  const state = createStore<SessionState>({ status: "loading" });
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
  let access: { token: string; expiresAtMs: number } | null = null;
  let refreshing: Promise<string | null> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  /** The live event of an own sign-out may arrive before the answer of the sign-out. */
  let isLeaving = false;
  let signedInHere = false;

  function accept(session: Session): string {
    failures = 0;
    access = {
      token: session.access_token,
      expiresAtMs: Date.now() + session.expires_in * 1_000,
    };
    state.set({ status: "signed_in", user: session.user });
    schedule(Math.max(session.expires_in * 1_000 - REFRESH_AHEAD_MS, 1_000));
    return session.access_token;
  }

  function leave(reason: "never" | "signed_out" | "expired"): void {
    clearTimeout(timer);
    access = null;
    state.set({ status: "signed_out", reason });
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void refresh().catch(() => {}), delayMs);
  }

  /** One refresh at a time, in this tab and across tabs, because each refresh replaces the token. */
  function refresh(): Promise<string | null> {
    refreshing ??= withLock(async () => {
      const before = state.get();
      try {
        return accept(await request<Session>("POST", "/session/refresh"));
      } catch (error) {
        if (isUnauthenticated(error)) {
          if (isLeaving) leave("signed_out");
          else leave(before.status === "signed_in" ? "expired" : "never");
          return null;
        }
        if (before.status === "loading") {
          const kept = await openKept().catch(() => null);
          state.set(kept ? { status: "signed_in", ...kept } : { status: "unreachable", error });
        } else if (before.status === "unreachable") state.set({ status: "unreachable", error });
        if (before.status !== "signed_out") {
          schedule(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] ?? 15_000);
        }
        throw error;
      }
    }).finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  channel?.addEventListener("message", ({ data }: MessageEvent<ChannelMessage>) => {
    const current = state.get();
    if (data.type === "signed_out") {
      if (current.status === "signed_in") leave("signed_out");
    } else if (current.status !== "signed_in" || current.user.uuid !== data.user_uuid) {
      // A person signed in in another tab. The tabs share the cookie, so this one follows.
      state.set({ status: "loading" });
      void refresh().catch(() => {});
    }
  });

  const postToTabs = (message: ChannelMessage) => channel?.postMessage(message);

  /**
   * A token that is valid for a request now; null when nobody is signed in.
   * @throws CruddurError when the token expired and the server cannot be reached for a new one
   */
  async function accessToken(): Promise<string | null> {
    if (state.get().status === "signed_out") return null;
    if (access !== null && access.expiresAtMs - Date.now() > 5_000) return access.token;
    return refresh();
  }

  return {
    state,

    /** Opens the session of the cookie: at the start, on "Try again", and when it may have ended. */
    async resume(): Promise<void> {
      await refresh().catch(() => {});
    },

    accessToken,

    /** A newer token than the one that the server refused; null when the session has ended. */
    async replaceToken(token: string | null): Promise<string | null> {
      if (state.get().status === "signed_out") return null;
      if (access !== null && access.token !== token) return access.token;
      return refresh();
    },

    /** @param path the route that takes the credentials. @throws CruddurError */
    async signIn(credentials: Credentials, path = "/session"): Promise<OwnUser> {
      const session = await request<Session>("POST", path, { body: credentials });
      signedInHere = true;
      accept(session);
      postToTabs({ type: "signed_in", user_uuid: session.user.uuid });
      return session.user;
    },

    /**
     * Ends the session on this device; or on all, which the password proves.
     * @throws CruddurError when it fails; the person is then still signed in, because the cookie still is
     */
    async signOut(everywhere?: AccountProof): Promise<void> {
      const path = everywhere ? "/session/all" : "/session";
      const token = everywhere ? await accessToken() : (access?.token ?? null);
      isLeaving = true;
      try {
        await request("DELETE", path, { accessToken: token, body: everywhere });
      } catch (error) {
        if (!isUnauthenticated(error)) throw error;
      } finally {
        isLeaving = false;
      }
      leave("signed_out");
      postToTabs({ type: "signed_out" });
    },

    /** Whether the person typed a password, or used a passkey, since the page was opened. */
    hasJustSignedIn: () => signedInHere,

    /** Takes the own user after a change of profile or settings. */
    setUser(user: OwnUser): void {
      if (state.get().status === "signed_in") state.set({ status: "signed_in", user });
    },
  };
}

function withLock<T>(task: () => Promise<T>): Promise<T> {
  // Browsers have no locks outside secure contexts. A single tab is safe without them.
  if (!("locks" in navigator)) return task();
  return navigator.locks.request(CHANNEL, task) as Promise<T>;
}
