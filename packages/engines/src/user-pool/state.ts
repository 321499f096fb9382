import { randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { exportJWK, generateKeyPair } from "jose";
import { z } from "zod";
import { writeAtomically } from "../json-file.ts";

const createClientSecret = () => randomBytes(32).toString("base64url");

const codeSchema = z.object({
  value: z.string(),
  expiresAtMs: z.number(),
  failedAttempts: z.number(),
});

const passkeySchema = z.object({
  /** The credential's id, and its public key in COSE, in base64url. */
  id: z.string(),
  publicKey: z.string(),
  /** Grows with each use, where the authenticator counts. A copy of it falls behind. */
  counter: z.number(),
  transports: z.array(z.string()),
  createdAtMs: z.number(),
});
export type PoolPasskey = z.infer<typeof passkeySchema>;

const userSchema = z.object({
  sub: z.string(),
  username: z.string(),
  passwordHash: z.string().nullable(),
  status: z.enum(["UNCONFIRMED", "CONFIRMED", "FORCE_CHANGE_PASSWORD"]),
  attributes: z.record(z.string(), z.string()),
  createdAtMs: z.number(),
  modifiedAtMs: z.number(),
  /** The second factor: `candidate` is a secret of which no code has been verified yet. */
  totp: z
    .object({
      candidate: z.string().optional(),
      secret: z.string().optional(),
      isEnabled: z.boolean(),
      /** The time step of the newest code that was used: none is accepted twice. */
      lastStep: z.number(),
    })
    .optional(),
  passkeys: z.array(passkeySchema).optional(),
  /** Whether a passkey signs in without the second factor, because it is two factors itself. */
  hasPasskeyMfa: z.boolean().optional(),
  codes: z.object({ confirm: codeSchema.optional(), reset: codeSchema.optional() }),
});
export type PoolAccount = z.infer<typeof userSchema>;

const sessionSchema = z.object({
  sub: z.string(),
  authTimeSeconds: z.number(),
  expiresAtMs: z.number(),
  /** The SHA-256 of each refresh token, with the time until which it is valid (null: not used yet). */
  tokens: z.record(z.string(), z.number().nullable()),
});
export type PoolSession = z.infer<typeof sessionSchema>;

/** An RSA private key as a JWK. */
const keySchema = z.object({
  kty: z.literal("RSA"),
  kid: z.string(),
  alg: z.literal("RS256"),
  use: z.literal("sig"),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});

const stateSchema = z.object({
  userPoolId: z.string(),
  clientId: z.string(),
  /** A pool of an earlier version has none: it gets one when it is opened. */
  clientSecret: z.string().default(createClientSecret),
  key: keySchema,
  /** The users by their lower-case username. */
  users: z.record(z.string(), userSchema),
  /** The sessions by their `origin_jti`. */
  sessions: z.record(z.string(), sessionSchema),
});
type PoolState = z.infer<typeof stateSchema>;

export interface StateStore {
  readonly state: PoolState;
  /** Resolves when the current state is on disk, so that an answered change survives a crash. */
  save(): Promise<void>;
}

/** Reads the state, or creates it with new keys. @param file without it, the state is only in memory */
export async function openState(file: string | undefined): Promise<StateStore> {
  const saved = file === undefined ? null : await readState(file);
  const state = saved ?? (await createState());
  let writing = Promise.resolve();
  let queued: Promise<void> | null = null;
  const save = (): Promise<void> => {
    if (file === undefined) return Promise.resolve();
    // Changes during one write share the next write.
    queued ??= writing.then(() => {
      queued = null;
      writing = writeAtomically(file, JSON.stringify(state));
      return writing;
    });
    return queued;
  };
  await save();
  return { state, save };
}

async function readState(file: string): Promise<PoolState | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    throw new Error(`${file} is not the file of a user pool: move it away to start with a new one`);
  }
}

async function createState(): Promise<PoolState> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const id = () => randomUUID().replaceAll("-", "");
  return {
    userPoolId: `local_${id().slice(0, 8)}`,
    clientId: id().slice(0, 26),
    clientSecret: createClientSecret(),
    key: keySchema.parse({
      ...(await exportJWK(privateKey)),
      kid: randomUUID(),
      alg: "RS256",
      use: "sig",
    }),
    users: {},
    sessions: {},
  };
}
