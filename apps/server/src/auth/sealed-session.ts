import { hkdfSync } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import { EncryptJWT, jwtDecrypt } from "jose";
import { z } from "zod";
import type { ProvenSession } from "./proof.ts";

/** What a browser carries from the first step to the second. */
export interface SealedSession extends ProvenSession {
  /** When all sessions of the person had ended last, before the proof. */
  lastEnding: Date | null;
}

const LIFE = "5m";
const KEY_BYTES = 32;
const sessionSchema = z.object({
  ownAccountToken: z.string(),
  refreshToken: z.string(),
  lastEnding: z.iso
    .datetime()
    .transform((moment) => new Date(moment))
    .nullable(),
});

export type SealedSessions = ReturnType<typeof createSealedSessions>;

/**
 * Lets a browser carry a proven session from one step to the next, for any server to open. Nobody
 * can read or change it without the secret, and it opens for its owner alone, for five minutes.
 */
export function createSealedSessions(secret: string) {
  const key = new Uint8Array(hkdfSync("sha256", secret, "", "sealed session", KEY_BYTES));
  return {
    seal: ({ lastEnding, ...session }: SealedSession, user_uuid: string): Promise<string> =>
      new EncryptJWT({ ...session, lastEnding: lastEnding?.toISOString() ?? null })
        .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
        .setSubject(user_uuid)
        .setExpirationTime(LIFE)
        .encrypt(key),

    /** Throws `passkey_refused`. */
    async open(sealed: string, user_uuid: string): Promise<SealedSession> {
      try {
        const { payload } = await jwtDecrypt(sealed, key, {
          subject: user_uuid,
          keyManagementAlgorithms: ["dir"],
          contentEncryptionAlgorithms: ["A256GCM"],
        });
        return sessionSchema.parse(payload);
      } catch {
        throw new AppError("passkey_refused");
      }
    },
  };
}
