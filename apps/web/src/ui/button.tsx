import type { ButtonHTMLAttributes, Ref } from "react";
import styles from "./button.module.css";

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  /** `primary` once per view; `plain` reads as text. */
  tone?: "primary" | "secondary" | "plain" | "danger";
  /** Square, for an icon alone; give it an `aria-label`. */
  iconOnly?: boolean;
  /** Shows work in progress and ignores presses, without losing focus. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
};

export function Button(props: ButtonProps) {
  const { tone = "secondary", iconOnly, busy, className, onClick, children, ...rest } = props;
  const names = [styles.button, styles[tone], iconOnly && styles.iconOnly, className];
  return (
    <button
      type="button"
      className={names.filter(Boolean).join(" ")}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      // A submit button that is busy must not send its form a second time.
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {children}
    </button>
  );
}
