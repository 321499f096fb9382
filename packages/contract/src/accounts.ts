/** Bodies of the plain HTTP routes besides tRPC: `/session` (sign-in) and `/account` (sign-up). */
import { z } from "zod";
import { code } from "./fields.ts";
import * as limits from "./limits.ts";
import { isSingleLine } from "./text.ts";
import { displayNameSchema, newHandleSchema, ownUserSchema } from "./users.ts";

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
  code: z
    .string(code("confirmation_code_wrong"))
    .trim()
    .min(1, code("confirmation_code_wrong"))
    .max(limits.CONFIRMATION_CODE_MAX_CHARS, code("confirmation_code_wrong")),
});

export const passwordResetInput = accountConfirmInput.extend({ password: passwordSchema });
