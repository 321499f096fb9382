import { emailSchema } from "@cruddur/contract/accounts";
import { type AppCode, AppError } from "@cruddur/contract/errors";
import { displayNameSchema, newHandleSchema } from "@cruddur/contract/users";

/** A person who has signed in, as the user pool describes them. */
export interface NewUser {
  cognito_user_id: string;
  /** The pool's user name, which cannot be changed there, unlike `preferred_username`. */
  handle: string;
  email: string;
  email_verified: boolean;
  display_name: string;
}

/**
 * Checks an account of the user pool by the rules of sign-up, because accounts can also be created
 * in the pool directly. The handle replaces a display name that is not allowed.
 * @throws AppError `handle_taken`, `handle_invalid` or `invalid_input`
 */
export function checkPoolUser(user: NewUser): NewUser {
  const handle = newHandleSchema.safeParse(user.handle);
  if (!handle.success) throw refusal(handle.error);
  const email = emailSchema.safeParse(user.email);
  if (!email.success) throw refusal(email.error);
  const name = displayNameSchema.safeParse(user.display_name);
  return { ...user, display_name: name.success ? name.data : user.handle };
}

const refusal = (error: { issues: readonly { message: string }[] }): AppError =>
  new AppError((error.issues[0]?.message ?? "invalid_input") as AppCode);
