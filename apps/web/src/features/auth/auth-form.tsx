import type { ReactNode, SubmitEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { useAnnounce } from "../../lib/announcer.tsx";
import { describeError } from "../../lib/errors.ts";
import { Button } from "../../ui/button.tsx";
import styles from "./auth-pages.module.css";

/**
 * A form with one button that says in words what went wrong, on the page and aloud.
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
    <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)}>
      {props.children}
      {error !== null && <p className={styles.problem}>{describeError(error)}</p>}
      <Button type="submit" tone="primary" busy={isBusy}>
        {props.submit}
      </Button>
    </form>
  );
}
