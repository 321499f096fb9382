import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { serialize } from "hono/utils/cookie";

const SESSION = "cruddur_session";
const DEVICE = "cruddur_device";
/** How long a browser keeps a refresh token. The user pool's own limit may be shorter. */
const SESSION_SECONDS = 30 * 24 * 3600;
/** The longest that browsers keep a cookie. */
const DEVICE_SECONDS = 400 * 24 * 3600;

/** The form of a refresh token. Anything else is ignored without asking the user pool. */
const REFRESH_TOKEN = /^[\w.~+/=-]{16,4000}$/;
const DEVICE_VALUE = /^([\da-f-]{36})\.([\da-f-]{36})\.([\w-]{43})$/;

export interface SessionCookie {
  /** The refresh token of a request; undefined when signed out. */
  read(headers: Headers): string | undefined;
  /** The `set-cookie` header that stores the refresh token where no script can read it. */
  keep(refreshToken: string): string;
  /** The `set-cookie` header that deletes the cookie. */
  drop(): string;
  /** The id of the device in which this person has signed in before; undefined in any other. */
  readDevice(headers: Headers, owner: DeviceOwner): string | undefined;
  /** The `set-cookie` header that makes this a known device of a person. */
  keepDevice(owner: DeviceOwner): string;
}

/** Whose device it is. It is known until all sessions of the person end: then a thief may have one. */
export interface DeviceOwner {
  user_uuid: string;
  /** When they all ended last; null for never. */
  sessions_ended_at: Date | null;
}

/**
 * @param options.secure false only for plain HTTP on a developer's machine. Where it is true, the
 *   names begin with `__Host-`, so that no other host of the domain can set the cookies.
 * @param options.secret signs the cookie of a known device
 */
export function createSessionCookie(options: { secure: boolean; secret: string }): SessionCookie {
  const { secure, secret } = options;
  const prefix = secure ? "__Host-" : "";
  const attributes = { httpOnly: true, secure, sameSite: "Strict" } as const;
  // A name with this prefix requires the path `/`.
  const ofSession = { ...attributes, path: secure ? "/" : "/session" };
  const sign = (device: string, { user_uuid, sessions_ended_at }: DeviceOwner): Buffer =>
    createHmac("sha256", secret)
      .update(`device ${user_uuid}.${device} ${sessions_ended_at?.getTime() ?? 0}`)
      .digest();

  return {
    read(headers) {
      const value = readOnce(headers, prefix + SESSION);
      return value !== undefined && REFRESH_TOKEN.test(value) ? value : undefined;
    },
    keep: (refreshToken) =>
      serialize(prefix + SESSION, refreshToken, { ...ofSession, maxAge: SESSION_SECONDS }),
    drop: () => serialize(prefix + SESSION, "", { ...ofSession, maxAge: 0 }),
    readDevice(headers, owner) {
      const [, user_uuid, device, mac = ""] =
        DEVICE_VALUE.exec(readOnce(headers, prefix + DEVICE) ?? "") ?? [];
      if (user_uuid !== owner.user_uuid || device === undefined) return undefined;
      const given = Buffer.from(mac, "base64url");
      return timingSafeEqual(given, sign(device, owner)) ? device : undefined;
    },
    keepDevice(owner) {
      const device = randomUUID();
      const value = `${owner.user_uuid}.${device}.${sign(device, owner).toString("base64url")}`;
      return serialize(prefix + DEVICE, value, {
        ...attributes,
        path: "/",
        maxAge: DEVICE_SECONDS,
      });
    },
  };
}

/** The value of a cookie that was sent once. Of two with one name, somebody else may have set one. */
function readOnce(headers: Headers, name: string): string | undefined {
  const values = (headers.get("cookie") ?? "").split(";").flatMap((pair) => {
    const [key, ...rest] = pair.trim().split("=");
    return key === name ? [decode(rest.join("="))] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}
