import type { ErrorCode } from "@cruddur/client/errors";
import type { ReactNode, SubmitEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { useAnnounce } from "../../lib/announcer.tsx";
import { describeError, failureCode } from "../../lib/errors.ts";
import { Button } from "../../ui/button.tsx";
import { FieldProblem } from "../../ui/field.tsx";
import styles from "./auth-pages.module.css";

/** The field of a form that an error belongs to: the first of these that the form has. */
const FIELDS_OF: Partial<Record<ErrorCode, readonly string[]>> = {
  handle_taken: ["handle"],
  handle_invalid: ["handle"],
  email_taken: ["email"],
  password_wrong: ["password"],
  password_rejected: ["new_password", "password"],
  display_name_blank: ["display_name"],
  display_name_exceed_max_chars: ["display_name"],
  second_factor_required: ["code"],
  confirmation_code_wrong: ["code"],
  confirmation_code_expired: ["code"],
};

/**
 * A form with one button. An error is shown at the field that it belongs to, which gets the focus,
 * or above the button, and is announced to screen readers.
 * @param props.onSubmit called with the fields by name; an error that it throws is shown
 */
export function AuthForm(props: {
  submit: string;
  /** Default: `primary`. */
  tone?: "primary" | "danger";
  onSubmit(fields: Record<string, string>): Promise<void>;
  children: ReactNode;
}) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { assertive } = useAnnounce();
  const form = useRef<HTMLFormElement>(null);

  const sentence = error === null ? null : describeError(error);
  const field = error === null ? null : findInput(form.current, FIELDS_OF[failureCode(error)]);

  useEffect(() => field?.focus(), [field]);

  useEffect(() => {
    // Only with a mouse or trackpad: on a touch screen, focus would open the keyboard.
    if (document.activeElement !== document.body || !matchMedia("(pointer: fine)").matches) return;
    const inputs = [...(form.current?.querySelectorAll("input") ?? [])];
    inputs.find((input) => input.value === "")?.focus();
  }, []);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const fields: Record<string, string> = {};
    for (const [name, value] of new FormData(event.currentTarget)) fields[name] = String(value);
    // Some mails and people write a code in groups.
    if (fields.code !== undefined) fields.code = fields.code.replaceAll(/\s/g, "");
    setBusy(true);
    setError(null);
    try {
      await props.onSubmit(fields);
    } catch (problem) {
      setError(problem);
      assertive(describeError(problem));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={(event) => void submit(event)}
      onInput={(event) => event.target === field && setError(null)}
    >
      <FieldProblem value={field && sentence ? { name: field.name, sentence } : null}>
        {props.children}
      </FieldProblem>
      {sentence !== null && field === null && <p className={styles.problem}>{sentence}</p>}
      <Button type="submit" tone={props.tone ?? "primary"} busy={isBusy}>
        {props.submit}
      </Button>
    </form>
  );
}

function findInput(form: HTMLFormElement | null, names: readonly string[] = []) {
  const found = names.map((name) => form?.elements.namedItem(name));
  return found.find((element) => element instanceof HTMLInputElement) ?? null;
}
