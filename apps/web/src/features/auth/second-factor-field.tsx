import { CONFIRMATION_CODE_MAX_CHARS } from "@cruddur/contract/limits";
import { Field } from "../../ui/field.tsx";

/** The field for a code of the authenticator app. It appears as the next step of a form, with the focus. */
export function SecondFactorField({ hint }: { hint?: string }) {
  return (
    <Field
      label="Code"
      name="code"
      hint={hint ?? "Six digits from your authenticator app."}
      autoComplete="one-time-code"
      autoCapitalize="characters"
      spellCheck={false}
      maxLength={CONFIRMATION_CODE_MAX_CHARS}
      autoFocus
      required
    />
  );
}
