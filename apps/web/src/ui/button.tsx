import type { ButtonHTMLAttributes, Ref } from "react";
import styles from "./button.module.css";

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  /** Use `primary` once in a view. `plain` looks like text. */
  tone?: "primary" | "secondary" | "plain" | "danger";
  /** A square button with an icon only. It needs an `aria-label`. */
  iconOnly?: boolean;
  /** Shows that work is in progress and ignores clicks. The button keeps the focus. */
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
      // A busy submit button must not submit its form again.
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {children}
    </button>
  );
}
