import { randomBytes, randomInt, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { CognitoError } from "./errors.ts";

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const KEY_BYTES = 32;
const MIN_CHARS = 8;
const MAX_CHARS = 256;

/** Returns `salt.key`, both as base64url, from scrypt with the default cost of Node. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, KEY_BYTES);
  return `${salt.toString("base64url")}.${key.toString("base64url")}`;
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [salt = "", key = ""] = stored.split(".");
  const expected = Buffer.from(key, "base64url");
  const actual = await derive(password, Buffer.from(salt, "base64url"), KEY_BYTES);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Checks the length only, as NIST SP 800-63B recommends. */
export function checkPasswordPolicy(password: string): void {
  if (password.length < MIN_CHARS || password.length > MAX_CHARS) {
    const reason = password.length < MIN_CHARS ? "not long enough" : "too long";
    throw new CognitoError(
      "InvalidPasswordException",
      `Password did not conform with policy: Password ${reason}`,
    );
  }
}

/** Returns six digits, like the codes in Cognito's mails. */
export function createCode(): string {
  return randomInt(1_000_000).toString().padStart(6, "0");
}
