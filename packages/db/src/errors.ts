import { AppError } from "@cruddur/contract/errors";

const TAKEN = {
  users_handle_unique: "handle_taken",
  users_email_unique: "email_taken",
} as const;

/** SQLSTATEs after which the same statement may well succeed: connection lost, shutting down, overloaded, deadlock. */
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
/** The driver's own time-outs and lost connections carry no code. */
const TRANSIENT_MESSAGE =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client (was closed|has encountered a connection error))/;

interface DriverError extends Error {
  code?: string;
  constraint?: string;
}

/** Drizzle wraps the driver's error, and its own message holds the parameters: never let that out. */
function driverError(error: unknown): DriverError | undefined {
  let found: DriverError | undefined;
  for (let at = error; at instanceof Error; at = at.cause) found = at;
  return found;
}

/**
 * The one place where Postgres errors get a meaning: a taken handle or email, or `unavailable`
 * when trying again makes sense. Anything else comes back as the driver's own error.
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

/** Runs database work and gives its errors their meaning (`toAppError`). */
export async function withAppErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toAppError(error);
  }
}
