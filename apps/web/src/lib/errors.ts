import { CruddurError, clientActionOf, type ErrorCode } from "@cruddur/client/errors";
import { isAppCode } from "@cruddur/contract/errors";
import { TRPCClientError } from "@trpc/client";

/**
 * A sentence for each error code. What a client does about a code is in the contract's table. A new
 * code does not compile until it has its sentence here.
 */
const SENTENCES: Record<ErrorCode, string> = {
  unauthenticated: "Your session has ended. Please sign in again.",
  token_expired: "Your session has ended. Please sign in again.",
  cognito_user_id_blank: "Your session has ended. Please sign in again.",
  sign_in_failed: "That handle and password don't match.",
  second_factor_required: "Enter the code from your authenticator app.",
  passkey_refused: "No passkey was accepted. Try again.",
  passkeys_full: "Remove another passkey first.",
  password_wrong: "That password isn't right.",
  user_not_confirmed: "This account isn't confirmed yet. Enter the code we sent you by email.",
  confirmation_code_wrong:
    "That code isn't right, or no longer valid. Check it, or ask for a new one.",
  confirmation_code_expired: "That code has expired. Ask for a new one.",
  password_rejected: "Choose a longer or stronger password: at least 8 characters.",
  handle_changed_recently: "You can change your handle once a week.",
  handle_taken: "That handle is taken. Try another.",
  email_taken: "There is already an account with that email address.",
  not_a_member: "You can't see this conversation. It may not exist, or you aren't part of it.",
  not_the_sender: "Only the person who wrote a message can change it.",
  cannot_message: "This person can't receive messages from you.",
  request_limit_reached: "You can write more as soon as this person has answered.",
  pins_full: "You can pin at most 5 conversations. Unpin one first.",
  account_suspended: "This account is suspended.",
  not_the_owner: "Only the owner of the group can do that.",
  message_before_joined: "That was written before you joined.",
  origin_refused: "This page was opened from an address the server doesn't accept.",
  invalid_input: "Some of the input isn't valid. Check it and try again.",
  message_group_uuid_blank: "No conversation was chosen.",
  user_receiver_handle_blank: "Choose somebody to write to.",
  user_receiver_is_self: "You can't start a conversation with yourself.",
  user_not_found: "Nobody has that handle.",
  message_not_found: "That message can't be found.",
  message_blank: "Write something first.",
  message_exceed_max_chars: "That message is too long. The limit is 1,024 characters.",
  message_exceed_max_bytes: "That message takes too much space. Try splitting it.",
  message_deleted: "That message was deleted.",
  message_hidden: "You deleted that message for yourself.",
  message_edit_window_closed: "A message can be edited for 24 hours. This one is older.",
  message_edits_full: "This message has been edited too often to be edited again.",
  message_not_changeable: "That is a note about the group. Nobody can change it.",
  not_a_group: "This is a conversation of two people, not a group.",
  group_full: "A group can have at most 50 members.",
  group_too_small: "Choose at least two other people for a group.",
  group_name_invalid: "Enter a name of at most 50 characters, on one line.",
  user_not_in_group: "That person isn't in the group any more.",
  reactions_full: "This message already has 12 different reactions.",
  emoji_invalid: "Choose one emoji.",
  client_id_blank: "This message couldn't be sent. Please try again.",
  client_id_reused: "This message was already sent to another conversation.",
  handle_invalid: "Use 2 to 30 letters, digits, dots, dashes or underscores.",
  display_name_blank: "Enter a name that others will see.",
  display_name_exceed_max_chars: "That name is too long. The limit is 50 characters.",
  avatar_invalid: "That isn't a picture that can be used here. Try another one.",
  cursor_invalid: "This list is out of date. Load it again.",
  payload_too_large: "That is too large to send.",
  not_found: "That can't be found.",
  rate_limited: "Too many requests in a short time. Wait a moment, then try again.",
  unavailable: "The service is having trouble right now. Please try again in a moment.",
  internal_error: "Something went wrong on our side. Please try again.",
  network: "The server can't be reached. Check your connection.",
};

function appData(error: unknown): { app_code?: unknown; retry_after_seconds?: unknown } | null {
  if (!(error instanceof TRPCClientError)) return null;
  const data: unknown = error.data;
  return typeof data === "object" ? data : null;
}

/** The code of any thrown value. A call without an answer has the code `network`. */
export function failureCode(error: unknown): ErrorCode {
  if (error instanceof CruddurError) return error.code;
  const code = appData(error)?.app_code;
  if (isAppCode(code)) return code;
  if (error instanceof TRPCClientError) {
    // Without data, the answer did not come from the server: there was none, or a proxy's page.
    return appData(error) === null ? "network" : "internal_error";
  }
  return error instanceof TypeError || error instanceof DOMException ? "network" : "internal_error";
}

/** A sentence or two for people. The text of the error itself is never shown. */
export function describeError(error: unknown): string {
  return describeCode(failureCode(error));
}

/** A sentence or two for people about an error code. */
export function describeCode(code: ErrorCode): string {
  return SENTENCES[code];
}

/** True when the same call may succeed later without any change. */
export function isRetryable(error: unknown): boolean {
  return clientActionOf(failureCode(error)) === "retry";
}

/** True when the call can succeed after the person has signed in again. */
export function isUnauthenticated(error: unknown): boolean {
  return clientActionOf(failureCode(error)) === "hold";
}

/** How long to wait before a retry, in ms, as the server said; null when it did not. */
export function retryAfterMs(error: unknown): number | null {
  const seconds =
    error instanceof CruddurError ? error.retryAfterSeconds : appData(error)?.retry_after_seconds;
  return typeof seconds === "number" ? seconds * 1_000 : null;
}
