import { randomUUID } from "node:crypto";
import { z } from "zod";
import { checkClient } from "./client-secret.ts";
import { attributesFromWire, findByEmail, findUser, type PoolContext } from "./context.ts";
import { type Action, defineAction } from "./define-action.ts";
import { CognitoError } from "./errors.ts";
import { checkPasswordPolicy, createCode, hashPassword } from "./passwords.ts";
import type { PoolAccount } from "./state.ts";

const CODE_SECONDS = { confirm: 86_400, reset: 3_600 };
const MAX_FAILED_ATTEMPTS = 5;

export const attributeListSchema = z
  .array(z.object({ Name: z.string(), Value: z.string().optional() }))
  .default([]);
export const usernameSchema = z
  .string()
  .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u)
  .refine((name) => name.toLowerCase() !== "__proto__");

const byName = z.object({
  ClientId: z.string(),
  SecretHash: z.string().optional(),
  Username: usernameSchema,
});
const byCode = byName.extend({ ConfirmationCode: z.string().regex(/^\S+$/) });

export const accountActions: Record<string, Action> = {
  SignUp: defineAction(
    byName.extend({ Password: z.string(), UserAttributes: attributeListSchema }),
    async (context, { Username, Password, UserAttributes, ...client }) => {
      checkClient(context, client, Username);
      checkPasswordPolicy(Password);
      const passwordHash = await hashPassword(Password);
      const user = addUser(context, Username, attributesFromWire(UserAttributes));
      user.passwordHash = passwordHash;
      return { UserConfirmed: false, UserSub: user.sub, ...(await sendCode(context, user)) };
    },
  ),

  ConfirmSignUp: defineAction(
    byCode,
    async (context, { Username, ConfirmationCode, ...client }) => {
      checkClient(context, client, Username);
      const user = findUser(context, Username);
      // Cognito gives this answer for an unknown user, to hide which users exist.
      if (user === undefined) throw expiredCode();
      if (user.status !== "UNCONFIRMED") {
        throw new CognitoError(
          "NotAuthorizedException",
          `User cannot be confirmed. Current status is ${user.status}`,
        );
      }
      await checkCode(context, user, "confirm", ConfirmationCode);
      if (user.attributes.email !== undefined && findByEmail(context, user.attributes.email)) {
        throw new CognitoError(
          "AliasExistsException",
          "An account with the given email already exists.",
        );
      }
      await confirm(context, user);
      return {};
    },
  ),

  ResendConfirmationCode: defineAction(byName, async (context, { Username, ...client }) => {
    checkClient(context, client, Username);
    const user = findUser(context, Username);
    if (user === undefined) return delivery(`${Username}@example.com`);
    if (user.status !== "UNCONFIRMED") {
      throw new CognitoError("InvalidParameterException", "User is already confirmed.");
    }
    return sendCode(context, user);
  }),

  ForgotPassword: defineAction(byName, async (context, { Username, ...client }) => {
    checkClient(context, client, Username);
    const user = findUser(context, Username);
    if (user === undefined) return delivery(`${Username}@example.com`);
    if (user.attributes.email_verified !== "true") {
      throw new CognitoError(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
      );
    }
    return sendCode(context, user, "reset");
  }),

  ConfirmForgotPassword: defineAction(
    byCode.extend({ Password: z.string() }),
    async (context, { Username, ConfirmationCode, Password, ...client }) => {
      checkClient(context, client, Username);
      checkPasswordPolicy(Password);
      const user = findUser(context, Username);
      if (user === undefined) throw wrongCode();
      await checkCode(context, user, "reset", ConfirmationCode);
      user.passwordHash = await hashPassword(Password);
      user.status = "CONFIRMED";
      user.modifiedAtMs = context.now();
      await context.store.save();
      return {};
    },
  ),
};

/** Adds an unconfirmed user. The caller must save the state. */
export function addUser(
  context: PoolContext,
  username: string,
  attributes: Record<string, string>,
): PoolAccount {
  const { users } = context.store.state;
  const key = username.toLowerCase();
  if (Object.hasOwn(users, key)) {
    throw new CognitoError("UsernameExistsException", "User already exists");
  }
  if (!attributes.email?.includes("@")) {
    throw new CognitoError(
      "InvalidParameterException",
      "Attributes did not conform to the schema: email: The attribute is required",
    );
  }
  const { sub: _, email_verified = "false", ...rest } = attributes;
  const user: PoolAccount = {
    sub: randomUUID(),
    username,
    passwordHash: null,
    status: "UNCONFIRMED",
    attributes: { email_verified, ...rest },
    createdAtMs: context.now(),
    modifiedAtMs: context.now(),
    codes: {},
  };
  users[key] = user;
  return user;
}

export async function confirm(context: PoolContext, user: PoolAccount): Promise<void> {
  user.status = "CONFIRMED";
  user.attributes.email_verified = "true";
  user.modifiedAtMs = context.now();
  delete user.codes.confirm;
  await context.store.save();
}

async function sendCode(
  context: PoolContext,
  user: PoolAccount,
  purpose: "confirm" | "reset" = "confirm",
) {
  const code = createCode();
  user.codes[purpose] = {
    value: code,
    expiresAtMs: context.now() + CODE_SECONDS[purpose] * 1_000,
    failedAttempts: 0,
  };
  await context.store.save();
  const to = user.attributes.email ?? "";
  const sent_at = new Date(context.now()).toISOString();
  await context.mailer.send({ to, handle: user.username, purpose, code, sent_at });
  return delivery(to);
}

async function checkCode(
  context: PoolContext,
  user: PoolAccount,
  purpose: "confirm" | "reset",
  given: string,
): Promise<void> {
  const code = user.codes[purpose];
  if (code === undefined || code.expiresAtMs <= context.now()) throw expiredCode();
  if (code.failedAttempts >= MAX_FAILED_ATTEMPTS) {
    throw new CognitoError(
      "LimitExceededException",
      "Attempt limit exceeded, please try after some time.",
    );
  }
  if (code.value === given) {
    // At once: the new password takes a moment to hash, in which the code must not work again.
    if (purpose === "reset") delete user.codes.reset;
    return;
  }
  code.failedAttempts += 1;
  await context.store.save();
  throw wrongCode();
}

const wrongCode = () =>
  new CognitoError(
    "CodeMismatchException",
    "Invalid verification code provided, please try again.",
  );
const expiredCode = () =>
  new CognitoError("ExpiredCodeException", "Invalid code provided, please request a code again.");

/** Where the code was sent: the address with all but its first letters hidden. */
function delivery(email: string) {
  const [local = "", domain = ""] = email.split("@");
  const Destination = `${local.slice(0, 1)}***@${domain.slice(0, 1)}***`;
  return {
    CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination },
  };
}
