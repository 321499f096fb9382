import type { Devices, DeviceUse } from "@cruddur/db/devices";
import type { NewSecurityEvent } from "@cruddur/db/security-events";
import type { Users } from "@cruddur/db/users";
import type { Context } from "hono";
import type { AppEnv } from "../http/request-scope.ts";
import type { LimitKey } from "../limits/limits.ts";
import type { SessionCookie } from "./session-cookie.ts";

/** Appends to the audit log. Doesn't wait and doesn't throw. */
export type Audit = (event: NewSecurityEvent) => void;

/** Who asks: for the audit log, for the list of devices, and for mails to the owner. */
export const describeCaller = (c: Context<AppEnv>): DeviceUse => ({
  address: c.env.scope.address,
  device: c.req.header("user-agent") ?? "unknown",
});

export interface Attempt {
  /** undefined for an account that nobody has signed in to, or that doesn't exist. */
  user_uuid: string | undefined;
  /** The account, by whichever of its names it was called. */
  account: string;
  /** When all sessions of the account ended last; null for never. */
  sessions_ended_at: Date | null;
  /** undefined in a browser in which the person hasn't signed in. */
  device: string | undefined;
}

/** Finds out which account an attempt is about: its handle and its email address are one. */
export async function identifyAttempt(
  { users, cookie }: { users: Pick<Users, "findByName">; cookie: SessionCookie },
  name: string,
  headers: Headers,
): Promise<Attempt> {
  const user = await users.findByName(name);
  if (user === null) {
    return { user_uuid: undefined, account: name, sessions_ended_at: null, device: undefined };
  }
  const { uuid: user_uuid, sessions_ended_at } = user;
  const device = cookie.readDevice(headers, { user_uuid, sessions_ended_at });
  return { user_uuid, account: user_uuid, sessions_ended_at, device };
}

/** What a sign-in counts against. */
export const signInKey = ({ account, device }: Attempt, address: string): LimitKey =>
  device === undefined ? { account, address } : { device };

/** Nobody's: looked up for an account that doesn't exist, so that the answer takes as long. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * What a code counts against: guesses from all addresses together, except in a known device and from
 * an address at which the person has signed in, so that strangers don't use up the owner's.
 */
export async function codeKey(
  devices: Pick<Devices, "isKnownAddress">,
  { user_uuid, account, device }: Attempt,
  address: string,
): Promise<LimitKey> {
  const isKnown = await devices.isKnownAddress(user_uuid ?? NOBODY, address);
  if (device !== undefined) return { device };
  return isKnown ? { account, address } : { handle: account };
}
