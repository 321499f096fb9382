/** Bodies of the plain HTTP routes besides tRPC: `/session` (sign-in) and `/account` (sign-up). */
import { z } from "zod";
import { code } from "./fields.ts";
import * as limits from "./limits.ts";
import { isSingleLine } from "./text.ts";
import { displayNameSchema, newHandleSchema, ownUserSchema } from "./users.ts";

/** A code as people type it: six digits of an authenticator app, a mailed code, or a recovery code. */
const codeSchema = z
  .string(code("confirmation_code_wrong"))
  .transform((text) => text.replace(/[\s-]/g, ""))
  .pipe(
    z
      .string()
      .regex(/^[0-9A-Za-z]+$/, code("confirmation_code_wrong"))
      .max(limits.CONFIRMATION_CODE_MAX_CHARS, code("confirmation_code_wrong")),
  );

const secondFactorCode = codeSchema.describe(
  "The code of the authenticator app; required where the account has a second factor.",
);

/** `handle` may be an email address. */
export const sessionCreateInput = z.object({
  handle: z
    .string(code("sign_in_failed"))
    .trim()
    .min(1, code("sign_in_failed"))
    .max(limits.EMAIL_MAX_CHARS, code("sign_in_failed"))
    .refine(isSingleLine, code("sign_in_failed")),
  password: z
    .string(code("sign_in_failed"))
    .min(1, code("sign_in_failed"))
    .max(limits.PASSWORD_MAX_CHARS, code("sign_in_failed")),
  code: codeSchema
    .optional()
    .describe(
      "The code of the authenticator app, or the recovery code; required where the account has a second factor.",
    ),
});

export const sessionSchema = z
  .object({
    access_token: z.string().describe("Sent as `Authorization: Bearer …`."),
    expires_in: z.number().describe("Seconds until the access token expires."),
    user: ownUserSchema,
  })
  .meta({ id: "Session", description: "A signed-in session." });
export type Session = z.infer<typeof sessionSchema>;

const passwordSchema = z
  .string(code("password_rejected"))
  .min(limits.PASSWORD_MIN_CHARS, code("password_rejected"))
  .max(limits.PASSWORD_MAX_CHARS, code("password_rejected"));

export const emailSchema = z
  .email(code("invalid_input"))
  .max(limits.EMAIL_MAX_CHARS, code("invalid_input"));

export const accountCreateInput = z.object({
  handle: newHandleSchema,
  display_name: displayNameSchema,
  email: emailSchema,
  password: passwordSchema,
});

export const accountHandleInput = z.object({ handle: sessionCreateInput.shape.handle });

export const accountConfirmInput = accountHandleInput.extend({
  code: codeSchema,
});

export const passwordResetInput = accountConfirmInput.extend({ password: passwordSchema });

/** Proves, in a call of somebody who is signed in, that it is the owner of the account. */
export const accountProofInput = z.object({
  password: z
    .string(code("password_wrong"))
    .min(1, code("password_wrong"))
    .max(limits.PASSWORD_MAX_CHARS, code("password_wrong")),
  code: secondFactorCode.optional(),
});
export type AccountProof = z.infer<typeof accountProofInput>;

export const passwordChangeInput = accountProofInput.extend({ new_password: passwordSchema });

export const emailChangeInput = accountProofInput.extend({ email: emailSchema });

export const emailConfirmInput = z.object({ code: codeSchema });

export const secondFactorStartOutput = z
  .object({
    secret: z.string().describe("The secret in base 32, to be typed into an authenticator app."),
    uri: z.string().describe("The same as an `otpauth:` URI, to be shown as a QR code."),
  })
  .meta({ id: "SecondFactorSecret", description: "What an authenticator app has to know." });
export type SecondFactorSecret = z.infer<typeof secondFactorStartOutput>;

export const secondFactorConfirmInput = accountProofInput.extend({ code: codeSchema });

export const secondFactorConfirmOutput = z
  .object({
    recovery_code: z
      .string()
      .describe("Signs in once without the authenticator app, and turns the second factor off."),
  })
  .meta({ id: "RecoveryCode", description: "Shown once: the server keeps only its hash." });
export type RecoveryCode = z.infer<typeof secondFactorConfirmOutput>;
