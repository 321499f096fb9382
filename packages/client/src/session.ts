import type { Session } from "./api.generated.ts";
import { CruddurError } from "./errors.ts";
import { type AccessTokens, type Fetch, request } from "./http.ts";

/** A token that expires sooner than this is renewed before it is used. */
const MIN_LIFE_MS = 5_000;

/** An access token of the caller's own; a function is asked again when its token was refused. */
export type TokenSource = string | (() => string | Promise<string>);

/** How a client signs in: with neither, by the session cookie that the browser holds. */
export type Credentials =
  | { token: TokenSource; handle?: undefined; password?: undefined }
  | { handle: string; password: string; token?: undefined }
  | { token?: undefined; handle?: undefined; password?: undefined };

export interface SignIn extends AccessTokens {
  /** Ends the session that this client opened. A later call with a password signs in again. */
  signOut(): Promise<void>;
}

export function createSignIn(options: { url: string; fetch: Fetch } & Credentials): SignIn {
  const { token, handle, password } = options;
  if (token !== undefined) return useToken(token);
  return createSession(options, handle === undefined ? null : { handle, password });
}

function useToken(source: TokenSource): SignIn {
  const read = async () => (typeof source === "string" ? source : source());
  return {
    accessToken: read,
    async replaceToken(refused) {
      const next = await read();
      return next === refused ? null : next;
    },
    async signOut() {},
  };
}

/**
 * Keeps a good access token at hand. The refresh token is an `HttpOnly` cookie: a browser keeps it
 * by itself; elsewhere this closure does, from `set-cookie`.
 */
function createSession(
  { url, fetch }: { url: string; fetch: Fetch },
  credentials: { handle: string; password: string } | null,
): SignIn {
  let access: { token: string; expiresAtMs: number } | null = null;
  let renewing: Promise<string | null> | null = null;
  let cookie: string | null = null;
  /** Whether there may be a session to refresh. */
  let mayRefresh = credentials === null;

  async function call(method: "POST" | "DELETE", path: string, body: unknown): Promise<unknown> {
    const headers = new Headers({ "content-type": "application/json" });
    if (cookie !== null) headers.set("cookie", cookie);
    const sent = await request(fetch, url + path, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    // In a browser there is nothing to read here, and older ones don't have the function.
    const lines = sent.response.headers.getSetCookie?.() ?? [];
    const kept = lines.map((line) => line.split(";")[0]);
    if (kept.length > 0) cookie = kept.join("; ");
    return sent.body;
  }

  async function open(): Promise<string | null> {
    let session = mayRefresh ? await refresh() : null;
    if (session === null && credentials !== null) {
      cookie = null;
      session = (await call("POST", "/session", credentials)) as Session;
    }
    mayRefresh = session !== null;
    if (session === null) return null;
    const expiresAtMs = Date.now() + session.expires_in * 1_000;
    access = { token: session.access_token, expiresAtMs };
    return access.token;
  }

  /** Resolves to null when the session is over. */
  async function refresh(): Promise<Session | null> {
    try {
      return (await call("POST", "/session/refresh", {})) as Session;
    } catch (error) {
      if (error instanceof CruddurError && error.action === "hold") return null;
      throw error;
    }
  }

  /** One renewal at a time, because the refresh token rotates. */
  function renew(): Promise<string | null> {
    renewing ??= open().finally(() => {
      renewing = null;
    });
    return renewing;
  }

  return {
    async accessToken() {
      if (access !== null && access.expiresAtMs - Date.now() > MIN_LIFE_MS) return access.token;
      return renew();
    },
    async replaceToken(refused) {
      if (access !== null && access.token !== refused) return access.token;
      return renew();
    },
    async signOut() {
      if (mayRefresh) await call("DELETE", "/session", {});
      access = null;
      cookie = null;
      mayRefresh = false;
    },
  };
}
