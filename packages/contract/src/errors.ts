/**
 * The closed set of errors the product can show. The server maps each to a status
 * (`apps/server/src/api/errors.ts`), the web app to words and to what its outbox does; the tables are
 * exhaustive, so a new code fails to compile until all of them handle it.
 */
export const APP_CODES = [
  // Who is asking
  "unauthenticated",
  "token_expired",
  "cognito_user_id_blank",
  "sign_in_failed",
  "user_not_confirmed",
  "confirmation_code_wrong",
  "confirmation_code_expired",
  "password_rejected",
  "handle_taken",
  "email_taken",
  // May they
  "not_a_member",
  "origin_refused",
  // Is the input right
  "invalid_input",
  "message_group_uuid_blank",
  "user_receiver_handle_blank",
  "user_receiver_is_self",
  "user_not_found",
  "message_not_found",
  "message_blank",
  "message_exceed_max_chars",
  "message_exceed_max_bytes",
  "client_id_blank",
  "client_id_reused",
  "handle_invalid",
  "display_name_blank",
  "display_name_exceed_max_chars",
  "cursor_invalid",
  "payload_too_large",
  "not_found",
  // Can the server right now
  "rate_limited",
  "unavailable",
  "internal_error",
] as const;

export type AppCode = (typeof APP_CODES)[number];

const codes: ReadonlySet<string> = new Set(APP_CODES);

/** True when `value` is one of the closed set, for example a code read from the wire. */
export function isAppCode(value: unknown): value is AppCode {
  return typeof value === "string" && codes.has(value);
}

/** The one error that crosses package borders on purpose. Carries a code, never user data. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: AppCode;
  /** For `rate_limited` and `unavailable`: when trying again makes sense. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: AppCode, options?: { cause?: unknown; retryAfterSeconds?: number }) {
    super(code, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}
