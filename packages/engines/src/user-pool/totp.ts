import { Secret, TOTP } from "otpauth";
import type { PoolAccount } from "./state.ts";

const STEP_SECONDS = 30;
/** A phone's clock may be one step behind or ahead. */
const WINDOW = 1;
const SECRET_BYTES = 32;

/** A new secret in base 32, as authenticator apps take it. */
export const createTotpSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

/** @returns the time step of a right code; null for a wrong one */
export function findTotpStep(secret: string, code: string, nowMs: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const totp = new TOTP({ secret: Secret.fromBase32(secret), period: STEP_SECONDS });
  const delta = totp.validate({ token: code, timestamp: nowMs, window: WINDOW });
  return delta === null ? null : Math.floor(nowMs / 1_000 / STEP_SECONDS) + delta;
}

export const hasSecondFactor = ({ totp }: PoolAccount): boolean =>
  totp?.isEnabled === true && totp.secret !== undefined;
