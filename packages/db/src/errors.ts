import { AppError } from "@cruddur/contract/errors";

const TAKEN = {
  users_handle_unique: "handle_taken",
  users_handle_skeleton_unique: "handle_taken",
  users_email_unique: "email_taken",
} as const;

/** SQLSTATEs after which the same statement can succeed: lost connection, shutdown, overload, deadlock. */
const TRANSIENT_SQLSTATE = /^(08|53|57P0|40001|40P01|57014|55P03)/;
const TRANSIENT_SYSCALL = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
]);
/** The driver's own timeouts and lost connections have no code. */
const TRANSIENT_MESSAGE =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client (was closed|has encountered a connection error))/;

interface DriverError extends Error {
  code?: string;
  constraint?: string;
}

/** Unwraps the driver's error. Drizzle's own message contains the parameters and must not be shown. */
function driverError(error: unknown): DriverError | undefined {
  let found: DriverError | undefined;
  for (let at = error; at instanceof Error; at = at.cause) found = at;
  return found;
}

/**
 * Translates a Postgres error, for the whole package: into AppError `handle_taken` or `email_taken`,
 * into `unavailable` when a retry can succeed, and otherwise into the driver's own error.
 */
export function toAppError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const cause = driverError(error);
  if (cause === undefined) return error;
  const { code = "", constraint = "", message } = cause;
  if (code === "23505" && constraint in TAKEN) {
    return new AppError(TAKEN[constraint as keyof typeof TAKEN], { cause });
  }
  const transient =
    TRANSIENT_SQLSTATE.test(code) || TRANSIENT_SYSCALL.has(code) || TRANSIENT_MESSAGE.test(message);
  return transient ? new AppError("unavailable", { cause, retryAfterSeconds: 1 }) : cause;
}

/** Runs database work and translates its errors (`toAppError`). */
export async function withAppErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toAppError(error);
  }
}
