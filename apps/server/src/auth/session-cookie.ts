import { parse, serialize } from "hono/utils/cookie";

const NAME = "cruddur_session";
/** How long a browser keeps a refresh token. The user pool's own limit may be shorter. */
const MAX_AGE_SECONDS = 30 * 24 * 3600;

/** The form of a refresh token. Anything else is ignored without asking the user pool. */
const REFRESH_TOKEN = /^[\w.~+/=-]{16,4000}$/;

export interface SessionCookie {
  /** The refresh token of a request; undefined when signed out. */
  read(headers: Headers): string | undefined;
  /** The `set-cookie` header that stores the refresh token where no script can read it. */
  keep(refreshToken: string): string;
  /** The `set-cookie` header that deletes the cookie. */
  drop(): string;
}

/** @param secure false only for plain HTTP on a developer's machine */
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
