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

/** Eight digits: too many to guess in the tries that a code has. Cognito's own codes have six. */
const CODE_DIGITS = 8;

export function createCode(): string {
  return randomInt(10 ** CODE_DIGITS)
    .toString()
    .padStart(CODE_DIGITS, "0");
}
