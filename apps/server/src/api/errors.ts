import { APP_ERRORS, type AppCode, AppError, isAppCode } from "@cruddur/contract/errors";
import { TRPCError } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { ZodError } from "zod";

/** The public part of an error: a code of the closed set, never the error's text or stack. */
export interface PublicError {
  app_code: AppCode;
  /** Seconds until a retry makes sense; null when unknown or when a retry changes nothing. */
  retry_after_seconds: number | null;
}

/** The codes of tRPC's own refusals (parsing, routing). Any other code is an internal error. */
const APP_CODE_BY_TRPC_CODE: Partial<Record<TRPCError["code"], AppCode>> = {
  PARSE_ERROR: "invalid_input",
  BAD_REQUEST: "invalid_input",
  UNSUPPORTED_MEDIA_TYPE: "invalid_input",
  METHOD_NOT_SUPPORTED: "not_found",
  NOT_FOUND: "not_found",
  PAYLOAD_TOO_LARGE: "payload_too_large",
};

/** Maps anything thrown to what a client may know of it. */
export function toPublicError(error: unknown): PublicError {
  if (error instanceof AppError) {
    return { app_code: error.code, retry_after_seconds: error.retryAfterSeconds ?? null };
  }
  if (error instanceof ZodError) {
    return { app_code: firstAppCode(error), retry_after_seconds: null };
  }
  if (error instanceof TRPCError) {
    // An output that fails its schema is an internal error whose cause is a ZodError, so a ZodError
    // is shown only where tRPC's code says that the input was refused.
    const app_code = APP_CODE_BY_TRPC_CODE[error.code];
    if (error.cause instanceof AppError) return toPublicError(error.cause);
    if (app_code !== undefined && error.cause instanceof ZodError) {
      return toPublicError(error.cause);
    }
    if (app_code !== undefined) return { app_code, retry_after_seconds: null };
  }
  return { app_code: "internal_error", retry_after_seconds: null };
}

/** The wire form of an error in tRPC's envelope. Codes and statuses come from the table alone. */
export function toErrorShape(error: unknown) {
  const { app_code, retry_after_seconds } = toPublicError(error);
  const { trpcCode, status } = APP_ERRORS[app_code];
  return {
    code: TRPC_ERROR_CODES_BY_KEY[trpcCode],
    message: app_code,
    data: { code: trpcCode, httpStatus: status, app_code, retry_after_seconds },
  };
}

/** The contract's issue messages are codes; zod's own messages are never shown. */
function firstAppCode(error: ZodError): AppCode {
  const message = error.issues.find((issue) => isAppCode(issue.message))?.message;
  return isAppCode(message) ? message : "invalid_input";
}
