import { PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS } from "@cruddur/contract/limits";
import { Field } from "../../ui/field.tsx";

/** A field for a new password, with the limits of the server. */
export function NewPasswordField({ label, name = "password" }: { label: string; name?: string }) {
  return (
    <Field
      label={label}
      name={name}
      type="password"
      hint={`At least ${PASSWORD_MIN_CHARS} characters.`}
      autoComplete="new-password"
      minLength={PASSWORD_MIN_CHARS}
      maxLength={PASSWORD_MAX_CHARS}
      required
    />
  );
}
