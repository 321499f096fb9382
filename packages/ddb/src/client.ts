import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import type { Item } from "./attributes.ts";
import type { CorruptItem } from "./items.ts";

export interface DynamoDbClientOptions {
  /** Where the table is, when it isn't AWS. */
  endpoint?: string | undefined;
  region?: string | undefined;
  credentials?: DynamoDBClientConfig["credentials"];
  /** For tests that put faults between the client and the table. */
  requestHandler?: DynamoDBClientConfig["requestHandler"];
  /** Calls of one request, the first included. */
  maxAttempts?: number;
}

/**
 * The one client of a process: keep-alive connections, bounded attempts and time-outs. With an
 * `endpoint` and no credentials it signs with dummy ones, which local engines accept.
 */
export function createDynamoDbClient(options: DynamoDbClientOptions = {}): DynamoDBClient {
  const local = options.endpoint !== undefined;
  return new DynamoDBClient({
    region: options.region ?? (local ? "us-east-1" : undefined),
    ...(local ? { endpoint: options.endpoint } : {}),
    ...(options.credentials !== undefined
      ? { credentials: options.credentials }
      : local
        ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } }
        : {}),
    maxAttempts: options.maxAttempts ?? 4,
    requestHandler: options.requestHandler ?? {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 256 },
      httpsAgent: { keepAlive: true, maxSockets: 256 },
    },
  });
}

/** What every access pattern needs. */
export interface Table {
  client: DynamoDBClient;
  tableName: string;
  /** Told of each item that a list had to leave out. */
  onCorruptItem?: ((item: CorruptItem) => void) | undefined;
}

const ATTEMPTS = 6;
const BACKOFF_BASE_MS = 20;

/**
 * Runs one call of the SDK. Conflicts with a transaction are tried again here, with jitter, since
 * the SDK doesn't; failed conditions pass through; throttling, time-outs, lost connections and
 * server faults that outlast the attempts become AppError `unavailable`.
 */
export async function run<Output>(call: () => Promise<Output>): Promise<Output> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS) throw toAppError(error);
      await backOff(attempt);
    }
  }
}

/** Full jitter: the wait doubles, and racers don't meet again. */
export async function backOff(attempt: number): Promise<void> {
  const ceiling = Math.min(BACKOFF_BASE_MS * 2 ** attempt, 1_000);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * ceiling));
}

/** True when a condition failed, of a single write or of a transaction. */
export function isConditionFailure(error: unknown): boolean {
  return (
    nameOf(error) === "ConditionalCheckFailedException" ||
    cancellationCodes(error).includes("ConditionalCheckFailed")
  );
}

/** The item that failed a condition, when the write asked for it (ALL_OLD) and there was one. */
export function itemOfFailure(error: unknown): Item | undefined {
  return (error as { Item?: Item }).Item;
}

/** A safe-to-repeat failure, for the caller to show or to wait out. */
export function unavailable(cause?: unknown): AppError {
  return new AppError("unavailable", { cause, retryAfterSeconds: 1 });
}

// Errors are matched by name: engines differ in texts and classes.
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
