/**
 * What a client does with a failed call:
 * - `retry`: repeat the same call later; it may succeed without any change.
 * - `hold`: keep the call until the person has signed in again.
 * - `fail`: give the call back to its caller; repeating it changes nothing.
 */
export type ClientAction = "retry" | "hold" | "fail";

interface ErrorRule {
  /** HTTP status of the answer. */
  status: number;
  /** Name of tRPC's error code. The server compiles only while tRPC has a code of this name. */
  trpcCode: string;
  clientAction: ClientAction;
}

const signedOut = { status: 401, trpcCode: "UNAUTHORIZED", clientAction: "hold" } as const;
const forbidden = { status: 403, trpcCode: "FORBIDDEN", clientAction: "fail" } as const;
const conflict = { status: 409, trpcCode: "CONFLICT", clientAction: "fail" } as const;
const invalid = { status: 422, trpcCode: "UNPROCESSABLE_CONTENT", clientAction: "fail" } as const;

/**
 * The closed set of errors that the product shows, and the only table that says what each means.
 * The server derives its answers from the table and clients derive what they do. A new code needs
 * one row here and one sentence in the web app (`apps/web/src/lib/errors.ts`), which doesn't
 * compile without it.
 */
export const APP_ERRORS = {
  // Who is calling
  unauthenticated: signedOut,
  token_expired: signedOut,
  cognito_user_id_blank: signedOut,
  account_suspended: signedOut,
  sign_in_failed: { status: 401, trpcCode: "UNAUTHORIZED", clientAction: "fail" },
  passkey_refused: { status: 401, trpcCode: "UNAUTHORIZED", clientAction: "fail" },
  passkeys_full: conflict,
  second_factor_required: { status: 401, trpcCode: "UNAUTHORIZED", clientAction: "fail" },
  password_wrong: invalid,
  user_not_confirmed: forbidden,
  confirmation_code_wrong: invalid,
  confirmation_code_expired: invalid,
  password_rejected: invalid,
  handle_taken: conflict,
  handle_changed_recently: conflict,
  email_taken: conflict,
  // What the caller may do
  not_a_member: forbidden,
  not_the_sender: forbidden,
  cannot_message: forbidden,
  request_limit_reached: conflict,
  pins_full: conflict,
  not_the_owner: forbidden,
  message_before_joined: forbidden,
  origin_refused: forbidden,
  // Whether the input is valid
  invalid_input: invalid,
  message_group_uuid_blank: invalid,
  user_receiver_handle_blank: invalid,
  user_receiver_is_self: invalid,
  user_not_found: invalid,
  message_not_found: invalid,
  message_blank: invalid,
  message_exceed_max_chars: invalid,
  message_exceed_max_bytes: invalid,
  message_deleted: conflict,
  message_hidden: conflict,
  message_edit_window_closed: conflict,
  message_edits_full: conflict,
  message_not_changeable: conflict,
  not_a_group: conflict,
  group_full: conflict,
  group_too_small: invalid,
  group_name_invalid: invalid,
  user_not_in_group: conflict,
  reactions_full: conflict,
  emoji_invalid: invalid,
  client_id_blank: invalid,
  client_id_reused: conflict,
  handle_invalid: invalid,
  display_name_blank: invalid,
  display_name_exceed_max_chars: invalid,
  avatar_invalid: invalid,
  cursor_invalid: invalid,
  payload_too_large: { status: 413, trpcCode: "PAYLOAD_TOO_LARGE", clientAction: "fail" },
  not_found: { status: 404, trpcCode: "NOT_FOUND", clientAction: "fail" },
  // Whether the server can answer at the moment
  rate_limited: { status: 429, trpcCode: "TOO_MANY_REQUESTS", clientAction: "retry" },
  unavailable: { status: 503, trpcCode: "SERVICE_UNAVAILABLE", clientAction: "retry" },
  internal_error: { status: 500, trpcCode: "INTERNAL_SERVER_ERROR", clientAction: "retry" },
} as const satisfies Record<string, ErrorRule>;

export type AppCode = keyof typeof APP_ERRORS;

export const APP_CODES = Object.keys(APP_ERRORS) as AppCode[];

/** True when `value` is one of the closed set, for example a code read from the wire. */
export function isAppCode(value: unknown): value is AppCode {
  return typeof value === "string" && Object.hasOwn(APP_ERRORS, value);
}

/** The one error that crosses package borders on purpose. It carries a code and no user data. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: AppCode;
  /** Seconds until a retry makes sense, for `rate_limited` and `unavailable`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: AppCode, options?: { cause?: unknown; retryAfterSeconds?: number }) {
    super(code, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}
