import { createContext, type InputHTMLAttributes, useContext, useId } from "react";
import styles from "./field.module.css";

/** Tells the fields of a form which one of them has an error. */
export const FieldProblem = createContext<{ name: string; sentence: string } | null>(null);

/** A labelled input. Its hint and its error describe it to screen readers. */
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
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={styles.input}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        {...input}
      />
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
