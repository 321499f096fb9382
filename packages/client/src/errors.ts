import { APP_ERRORS, isAppCode } from "@cruddur/contract/errors";
import type { AppCode } from "./api.generated.ts";

/** A code of the API's closed set, or `network`: no response came at all. */
export type ErrorCode = AppCode | "network";

/**
 * What to do about a failed call: `retry` it later, `hold` it until the person has signed in again,
 * or let it `fail`, since repeating it changes nothing.
 */
export type ClientAction = "retry" | "hold" | "fail";

/** What to do about a failed call, from the contract's table. A call without a response is retried. */
export function clientActionOf(code: ErrorCode): ClientAction {
  return code === "network" ? "retry" : APP_ERRORS[code].clientAction;
}

/** The one error that calls throw. Its message is its code; it never holds text of a message. */
export class CruddurError extends Error {
  override readonly name = "CruddurError";
  readonly code: ErrorCode;
  /** Seconds until a retry makes sense; null where the server didn't say. */
  readonly retryAfterSeconds: number | null;

  constructor(
    code: ErrorCode,
    options: { retryAfterSeconds?: number | null; cause?: unknown } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }

  /** What to do about it; see `ClientAction`. */
  get action(): ClientAction {
    return clientActionOf(this.code);
  }
}

/**
 * Reads a refusal of the API: of a plain route, or of a procedure.
 * @param body the parsed response; undefined where it isn't JSON
 */
export function errorFromBody(
  body: unknown,
  response: { status: number; retryAfter?: string | null },
): CruddurError {
  const said = (body as { error?: { data?: unknown } } | undefined)?.error?.data ?? body;
  const { app_code, retry_after_seconds } = (said ?? {}) as Record<string, unknown>;
  const header = Number.parseInt(response.retryAfter ?? "", 10);
  const seconds = typeof retry_after_seconds === "number" ? retry_after_seconds : header;
  const code = isAppCode(app_code) ? app_code : codeOfStatus(response.status);
  return new CruddurError(code, { retryAfterSeconds: Number.isNaN(seconds) ? null : seconds });
}

/** For responses without our shape, which come from something in front of the server. */
function codeOfStatus(status: number): AppCode {
  if (status === 401) return "unauthenticated";
  if (status === 404) return "not_found";
  if (status === 429) return "rate_limited";
  return status >= 500 ? "unavailable" : "internal_error";
}
