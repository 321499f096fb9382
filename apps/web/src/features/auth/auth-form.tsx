import type { ErrorCode } from "@cruddur/client/errors";
import type { ReactNode, SubmitEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { useAnnounce } from "../../lib/announcer.tsx";
import { describeError, failureCode } from "../../lib/errors.ts";
import { Button } from "../../ui/button.tsx";
import { FieldProblem } from "../../ui/field.tsx";
import styles from "./auth-pages.module.css";

/** What is wrong with one field is said there, where the form has it. */
const FIELD_OF: Partial<Record<ErrorCode, string>> = {
  handle_taken: "handle",
  handle_invalid: "handle",
  email_taken: "email",
  password_rejected: "password",
  display_name_blank: "display_name",
  display_name_exceed_max_chars: "display_name",
  confirmation_code_wrong: "code",
  confirmation_code_expired: "code",
};

/**
 * A form with one button that says in words what went wrong: at the field it is about, which gets
 * the focus, else above the button; and aloud.
 * @param props.onSubmit gets the fields by name; what it throws is shown
 */
export function AuthForm(props: {
  submit: string;
  onSubmit(fields: Record<string, string>): Promise<void>;
  children: ReactNode;
}) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { assertive } = useAnnounce();
  const form = useRef<HTMLFormElement>(null);

  const words = error === null ? null : describeError(error);
  const wrong = error === null ? null : findInput(form.current, FIELD_OF[failureCode(error)]);

  useEffect(() => wrong?.focus(), [wrong]);

  useEffect(() => {
    // With a mouse or trackpad there is no keyboard on the screen that focus would raise.
    if (document.activeElement !== document.body || !matchMedia("(pointer: fine)").matches) return;
    const inputs = [...(form.current?.querySelectorAll("input") ?? [])];
    inputs.find((input) => input.value === "")?.focus();
  }, []);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const fields: Record<string, string> = {};
    for (const [name, value] of new FormData(event.currentTarget)) fields[name] = String(value);
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
      onInput={(event) => event.target === wrong && setError(null)}
    >
      <FieldProblem value={wrong && words ? { name: wrong.name, words } : null}>
        {props.children}
      </FieldProblem>
      {words !== null && wrong === null && <p className={styles.problem}>{words}</p>}
      <Button type="submit" tone="primary" busy={isBusy}>
        {props.submit}
      </Button>
    </form>
  );
}

function findInput(form: HTMLFormElement | null, name: string | undefined) {
  const found = name === undefined ? null : form?.elements.namedItem(name);
  return found instanceof HTMLInputElement ? found : null;
}
