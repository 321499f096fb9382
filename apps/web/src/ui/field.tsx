import { createContext, type InputHTMLAttributes, useContext, useId, useState } from "react";
import styles from "./field.module.css";

/** Tells the fields of a form which one of them has an error. */
export const FieldProblem = createContext<{ name: string; sentence: string } | null>(null);

/**
 * A labelled input. Its hint and its error describe it to screen readers, and a password can be
 * shown as it is typed.
 */
export function Field(
  props: InputHTMLAttributes<HTMLInputElement> & {
    label: string;
    hint?: string;
    error?: string | null;
  },
) {
  const { label, hint, error: own, ...input } = props;
  const problem = useContext(FieldProblem);
  const error = problem !== null && problem.name === input.name ? problem.sentence : own;
  const id = useId();
  const [isShown, setShown] = useState(false);
  const isSecret = input.type === "password";
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.control}>
        <input
          id={id}
          className={`${styles.input} ${isSecret ? styles.secret : ""}`}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          {...input}
          type={isShown ? "text" : input.type}
        />
        {isSecret && (
          <button
            type="button"
            className={styles.show}
            aria-pressed={isShown}
            // The focus stays in the field, and with it the caret and a phone's keyboard.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? "Hide" : "Show"}
            <span className="visually-hidden"> what is typed</span>
          </button>
        )}
      </div>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}

/** A setting that is on or off, with an explanation below. */
export function Switch(props: {
  label: string;
  hint: string;
  checked: boolean;
  onChange(checked: boolean): void;
}) {
  const { label, hint, checked, onChange } = props;
  const id = useId();
  return (
    <div className={styles.switchRow}>
      <div>
        <label htmlFor={id} className={styles.switchLabel}>
          {label}
        </label>
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className={styles.switch}
        checked={checked}
        aria-checked={checked}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
    </div>
  );
}
