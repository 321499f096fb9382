import { parse, serialize } from "hono/utils/cookie";

const NAME = "cruddur_session";
/** Longest a refresh token is kept; the pool's own limit may be shorter. */
const MAX_AGE_SECONDS = 30 * 24 * 3600;

/** What can be one at all; anything else isn't worth asking the user pool about. */
const REFRESH_TOKEN = /^[\w.~+/=-]{16,4000}$/;

export interface SessionCookie {
  /** The refresh token; undefined when signed out. */
  read(headers: Headers): string | undefined;
  /** `set-cookie` that keeps the refresh token out of every script's reach. */
  keep(refreshToken: string): string;
  /** `set-cookie` that drops it. */
  drop(): string;
}

/** @param secure false only for plain http on a developer's machine */
export function createSessionCookie({ secure }: { secure: boolean }): SessionCookie {
  const attributes = { path: "/session", httpOnly: true, secure, sameSite: "Strict" } as const;
  return {
    read(headers) {
      const value = parse(headers.get("cookie") ?? "", NAME)[NAME];
      return value !== undefined && REFRESH_TOKEN.test(value) ? value : undefined;
    },
    keep: (refreshToken) =>
      serialize(NAME, refreshToken, { ...attributes, maxAge: MAX_AGE_SECONDS }),
    drop: () => serialize(NAME, "", { ...attributes, maxAge: 0 }),
  };
}
