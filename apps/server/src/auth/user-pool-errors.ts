import { type AppCode, AppError } from "@cruddur/contract/errors";

/** Cognito's errors by name. An unknown user is answered like a wrong password or a wrong code. */
const BY_NAME: Record<string, AppCode> = {
  NotAuthorizedException: "sign_in_failed",
  UserNotFoundException: "sign_in_failed",
  PasswordResetRequiredException: "sign_in_failed",
  RefreshTokenReuseException: "sign_in_failed",
  UnauthorizedException: "sign_in_failed",
  UserNotConfirmedException: "user_not_confirmed",
  CodeMismatchException: "confirmation_code_wrong",
  EnableSoftwareTokenMFAException: "confirmation_code_wrong",
  ExpiredCodeException: "confirmation_code_expired",
  InvalidPasswordException: "password_rejected",
  UsernameExistsException: "handle_taken",
  AliasExistsException: "email_taken",
  InvalidParameterException: "invalid_input",
  WebAuthnChallengeNotFoundException: "passkey_refused",
  WebAuthnClientMismatchException: "passkey_refused",
  WebAuthnCredentialNotSupportedException: "passkey_refused",
  WebAuthnOriginNotAllowedException: "passkey_refused",
  WebAuthnRelyingPartyMismatchException: "passkey_refused",
  // The trigger before sign-up, which repeats the server's own checks.
  UserLambdaValidationException: "invalid_input",
};

/** Limits of one account. That of all calls together, `TooManyRequestsException`, is `unavailable`. */
const TOO_MANY = new Set(["LimitExceededException", "TooManyFailedAttemptsException"]);

/** Maps the error of a Cognito call. Anything unknown is `unavailable`. */
export function toAccountError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : "";
  const code = BY_NAME[name];
  if (code !== undefined) return new AppError(code);
  if (TOO_MANY.has(name)) return new AppError("rate_limited", { retryAfterSeconds: 60 });
  return new AppError("unavailable", { cause: error, retryAfterSeconds: 2 });
}
