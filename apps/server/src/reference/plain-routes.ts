/** HTTP methods of the API. */
export type Method = "get" | "post" | "delete";

interface PlainRoute {
  path: string;
  method: Method;
  tag: "session" | "account";
  summary: string;
  /** Name of the body's schema; undefined where there is no body. */
  input?: string;
  /** Name of the answer's schema; undefined for an empty answer. */
  output?: string;
  status: 200 | 201 | 204;
  /** Whether the route takes an access token. */
  bearer?: true;
}

/** The routes besides the procedures, as the reference shows them; they are in `auth/*-routes.ts`. */
export const ROUTES: PlainRoute[] = [
  {
    path: "/session",
    method: "post",
    tag: "session",
    summary: "Signs in with a handle or an email address and a password.",
    input: "SessionCreateInput",
    output: "Session",
    status: 200,
  },
  {
    path: "/session/passkey",
    method: "post",
    tag: "session",
    summary: "Asks for a passkey of an account. The answer doesn't say whether there is one.",
    input: "AccountHandleInput",
    output: "PasskeyChallenge",
    status: 200,
  },
  {
    path: "/session/passkey/confirm",
    method: "post",
    tag: "session",
    summary: "Signs in with a passkey, also where the account has a second factor.",
    input: "PasskeySignInInput",
    output: "Session",
    status: 200,
  },
  {
    path: "/session/refresh",
    method: "post",
    tag: "session",
    summary: "Answers a new access token for the session cookie.",
    output: "Session",
    status: 200,
  },
  {
    path: "/session",
    method: "delete",
    tag: "session",
    summary: "Ends the session of the cookie.",
    status: 204,
  },
  {
    path: "/session/all",
    method: "delete",
    tag: "session",
    summary: "Ends all sessions of the person, on every device.",
    input: "AccountProofInput",
    status: 204,
  },
  {
    path: "/account",
    method: "post",
    tag: "account",
    summary: "Signs a person up and sends a confirmation code by email.",
    input: "AccountCreateInput",
    output: "AccountHandleInput",
    status: 201,
  },
  {
    path: "/account/confirm",
    method: "post",
    tag: "account",
    summary: "Confirms an account with the code sent by email.",
    input: "AccountConfirmInput",
    status: 204,
  },
  {
    path: "/account/resend",
    method: "post",
    tag: "account",
    summary: "Sends another confirmation code, if there is such an account.",
    input: "AccountHandleInput",
    status: 204,
  },
  {
    path: "/account/forgot",
    method: "post",
    tag: "account",
    summary: "Sends a code for a new password, if there is such an account.",
    input: "AccountHandleInput",
    status: 204,
  },
  {
    path: "/account/reset",
    method: "post",
    tag: "account",
    summary: "Sets a new password with the code sent by email.",
    input: "PasswordResetInput",
    status: 204,
  },
  {
    path: "/account/password",
    method: "post",
    tag: "account",
    summary: "Sets a new password and ends all other sessions.",
    input: "PasswordChangeInput",
    status: 204,
    bearer: true,
  },
  {
    path: "/account/email",
    method: "post",
    tag: "account",
    summary: "Sends a code to a new email address.",
    input: "EmailChangeInput",
    status: 204,
    bearer: true,
  },
  {
    path: "/account/email/confirm",
    method: "post",
    tag: "account",
    summary: "Sets the new email address with its code, and ends all other sessions.",
    input: "EmailConfirmInput",
    output: "OwnUser",
    status: 200,
    bearer: true,
  },
  {
    path: "/account/second-factor",
    method: "post",
    tag: "account",
    summary: "Makes a secret for an authenticator app.",
    input: "AccountProofInput",
    output: "SecondFactorSecret",
    status: 200,
    bearer: true,
  },
  {
    path: "/account/second-factor/confirm",
    method: "post",
    tag: "account",
    summary: "Turns the second factor on with a code of the app, and ends all other sessions.",
    input: "SecondFactorConfirmInput",
    output: "RecoveryCode",
    status: 200,
    bearer: true,
  },
  {
    path: "/account/second-factor",
    method: "delete",
    tag: "account",
    summary: "Turns the second factor off.",
    input: "AccountProofInput",
    status: 204,
    bearer: true,
  },
  {
    path: "/account/passkeys",
    method: "post",
    tag: "account",
    summary: "Begins to add a passkey.",
    input: "AccountProofInput",
    output: "PasskeyRegistration",
    status: 200,
    bearer: true,
  },
  {
    path: "/account/passkeys/confirm",
    method: "post",
    tag: "account",
    summary: "Adds the passkey that the browser has made.",
    input: "PasskeyConfirmInput",
    status: 204,
    bearer: true,
  },
  {
    path: "/account/passkeys",
    method: "delete",
    tag: "account",
    summary: "Removes a passkey.",
    input: "PasskeyRemoveInput",
    status: 204,
    bearer: true,
  },
];
