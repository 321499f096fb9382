import { AppError } from "@cruddur/contract/errors";
import type { Item } from "./items/attributes.ts";

const ATTEMPTS = 6;
const BACKOFF_BASE_MS = 20;

/**
 * Makes one call to the table. A conflict with a transaction is tried again here, with jitter,
 * because the SDK doesn't do it. A failed condition is thrown as it is. Throttling, timeouts, lost
 * connections and server faults that outlast the client's attempts become AppError `unavailable`.
 */
export async function callTable<Output>(call: () => Promise<Output>): Promise<Output> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS) throw toAppError(error);
      await backOff(attempt);
    }
  }
}

/** Waits with full jitter, up to twice as long with each attempt, so that racers don't meet again. */
export async function backOff(attempt: number): Promise<void> {
  const ceiling = Math.min(BACKOFF_BASE_MS * 2 ** attempt, 1_000);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * ceiling));
}

/** True when the condition of a single write or of a transaction failed. */
export function isConditionFailure(error: unknown): boolean {
  return (
    nameOf(error) === "ConditionalCheckFailedException" ||
    cancellationCodes(error).includes("ConditionalCheckFailed")
  );
}

/** The item whose condition failed, when the write asked for it (ALL_OLD) and there was one. */
export function itemOfFailure(error: unknown): Item | undefined {
  return (error as { Item?: Item }).Item;
}

/** A failure that is safe to repeat: the caller shows it or tries again later. */
export function unavailable(cause?: unknown): AppError {
  return new AppError("unavailable", { cause, retryAfterSeconds: 1 });
}

// Errors are matched by name because engines differ in their texts and classes.
const CONFLICTS = new Set(["TransactionConflictException", "TransactionInProgressException"]);
const TRANSIENT_CODES = new Set([
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);
const UNAVAILABLE = new Set([
  ...CONFLICTS,
  "AbortError",
  "InternalServerError",
  "LimitExceededException",
  "NetworkingError",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestTimeout",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "ThrottlingException",
  "TimeoutError",
]);
const NETWORK_CODES = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_SOCKET",
]);

function toAppError(error: unknown): unknown {
  if (isConditionFailure(error)) return error;
  const { $fault, code } = error as { $fault?: string; code?: string };
  const transient =
    UNAVAILABLE.has(nameOf(error)) ||
    $fault === "server" ||
    (code !== undefined && NETWORK_CODES.has(code)) ||
    cancellationCodes(error).some((reason) => TRANSIENT_CODES.has(reason));
  return transient ? unavailable(error) : error;
}

function isConflict(error: unknown): boolean {
  const codes = cancellationCodes(error);
  return (
    CONFLICTS.has(nameOf(error)) ||
    (codes.some((code) => TRANSIENT_CODES.has(code)) && !codes.includes("ConditionalCheckFailed"))
  );
}

function cancellationCodes(error: unknown): string[] {
  if (nameOf(error) !== "TransactionCanceledException") return [];
  const { CancellationReasons } = error as { CancellationReasons?: { Code?: string }[] };
  return (CancellationReasons ?? []).map((reason) => reason.Code ?? "None");
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}
