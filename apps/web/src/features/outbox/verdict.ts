import type { FailureCode } from "../../lib/errors.ts";

type Handling = "retry" | "hold" | "fail";

/** Exhaustive, so that a new code doesn't compile until its handling is decided. */
const HANDLING: Record<FailureCode, Handling> = {
  network: "retry",
  rate_limited: "retry",
  unavailable: "retry",
  internal_error: "retry",
  unauthenticated: "hold",
  token_expired: "hold",
  cognito_user_id_blank: "hold",
  sign_in_failed: "fail",
  user_not_confirmed: "fail",
  confirmation_code_wrong: "fail",
  confirmation_code_expired: "fail",
  password_rejected: "fail",
  handle_taken: "fail",
  email_taken: "fail",
  not_a_member: "fail",
  origin_refused: "fail",
  invalid_input: "fail",
  message_group_uuid_blank: "fail",
  user_receiver_handle_blank: "fail",
  user_receiver_is_self: "fail",
  user_not_found: "fail",
  message_not_found: "fail",
  message_blank: "fail",
  message_exceed_max_chars: "fail",
  message_exceed_max_bytes: "fail",
  client_id_blank: "fail",
  client_id_reused: "fail",
  handle_invalid: "fail",
  display_name_blank: "fail",
  display_name_exceed_max_chars: "fail",
  cursor_invalid: "fail",
  payload_too_large: "fail",
  not_found: "fail",
};

/** What becomes of a message whose send failed: tried again, held until sign-in, or given back. */
export function judgeFailure(code: FailureCode): Handling {
  return HANDLING[code];
}

const BASE_MS = 500;
const CAP_MS = 30_000;
const FLOOR_MS = 100;

/**
 * Full jitter, so that many clients coming back don't knock at once; never before `Retry-After`.
 * @param tries attempts made so far, from 1
 */
export function retryDelayMs(
  tries: number,
  retryAfterMs: number | null,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(tries, 16));
  const jitter = Math.max(FLOOR_MS, random() * ceiling);
  return retryAfterMs === null ? jitter : retryAfterMs + Math.min(jitter, 1000);
}
