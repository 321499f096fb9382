import { type AppCode, AppError, isAppCode } from "@cruddur/contract/errors";
import { TRPCError } from "@trpc/server";
import type { TRPC_ERROR_CODE_KEY } from "@trpc/server/unstable-core-do-not-import";
import { ZodError } from "zod";

interface ErrorRule {
  trpc: TRPC_ERROR_CODE_KEY;
  status: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503;
}

const unauthorized: ErrorRule = { trpc: "UNAUTHORIZED", status: 401 };
const forbidden: ErrorRule = { trpc: "FORBIDDEN", status: 403 };
const unprocessable: ErrorRule = {
  trpc: "UNPROCESSABLE_CONTENT",
  status: 422,
};
const conflict: ErrorRule = { trpc: "CONFLICT", status: 409 };

/** The one place where a code gets its statuses; a new code doesn't compile until it has a row. */
export const ERROR_RULES: Record<AppCode, ErrorRule> = {
  unauthenticated: unauthorized,
  token_expired: unauthorized,
  cognito_user_id_blank: unauthorized,
  sign_in_failed: unauthorized,
  user_not_confirmed: forbidden,
  confirmation_code_wrong: unprocessable,
  confirmation_code_expired: unprocessable,
  password_rejected: unprocessable,
  handle_taken: conflict,
  email_taken: conflict,
  not_a_member: forbidden,
  origin_refused: forbidden,
  invalid_input: unprocessable,
  message_group_uuid_blank: unprocessable,
  user_receiver_handle_blank: unprocessable,
  user_receiver_is_self: unprocessable,
  user_not_found: unprocessable,
  message_not_found: unprocessable,
  message_blank: unprocessable,
  message_exceed_max_chars: unprocessable,
  message_exceed_max_bytes: unprocessable,
  client_id_blank: unprocessable,
  client_id_reused: conflict,
  handle_invalid: unprocessable,
  display_name_blank: unprocessable,
  display_name_exceed_max_chars: unprocessable,
  cursor_invalid: unprocessable,
  payload_too_large: { trpc: "PAYLOAD_TOO_LARGE", status: 413 },
  not_found: { trpc: "NOT_FOUND", status: 404 },
  rate_limited: { trpc: "TOO_MANY_REQUESTS", status: 429 },
  unavailable: { trpc: "SERVICE_UNAVAILABLE", status: 503 },
  internal_error: { trpc: "INTERNAL_SERVER_ERROR", status: 500 },
};

/** What may be said of an error: never its text or stack, only a code of the closed set. */
export interface PublicError {
  app_code: AppCode;
  /** Seconds until trying again makes sense; null when unknown or pointless. */
  retry_after_seconds: number | null;
}

/** tRPC's own refusals (parsing, routing), by its code. Everything not here is unknown. */
const BY_TRPC_CODE: Partial<Record<TRPC_ERROR_CODE_KEY, AppCode>> = {
  PARSE_ERROR: "invalid_input",
  BAD_REQUEST: "invalid_input",
  UNSUPPORTED_MEDIA_TYPE: "invalid_input",
  METHOD_NOT_SUPPORTED: "not_found",
  NOT_FOUND: "not_found",
  PAYLOAD_TOO_LARGE: "payload_too_large",
};

/** Maps anything thrown to what the client may know of it. */
export function toPublicError(error: unknown): PublicError {
  if (error instanceof AppError) {
    return { app_code: error.code, retry_after_seconds: error.retryAfterSeconds ?? null };
  }
  if (error instanceof ZodError) {
    return { app_code: firstCode(error), retry_after_seconds: null };
  }
  if (error instanceof TRPCError) {
    // A failed output schema is an internal error whose cause is a ZodError: the code decides.
    const known = BY_TRPC_CODE[error.code];
    if (error.cause instanceof AppError) return toPublicError(error.cause);
    if (known !== undefined && error.cause instanceof ZodError) return toPublicError(error.cause);
    if (known !== undefined) return { app_code: known, retry_after_seconds: null };
  }
  return { app_code: "internal_error", retry_after_seconds: null };
}

/** Issue messages of our schemas are codes; zod's own words for anything else are dropped. */
function firstCode(error: ZodError): AppCode {
  const message = error.issues.find((issue) => isAppCode(issue.message))?.message;
  return isAppCode(message) ? message : "invalid_input";
}
