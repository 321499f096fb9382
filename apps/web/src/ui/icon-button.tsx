import type { ButtonHTMLAttributes } from "react";
import styles from "./icon-button.module.css";

type IconButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { "aria-label": string };

/** A small, quiet button with an icon only, beside what it acts on. */
export function IconButton({ className, ...rest }: IconButtonProps) {
  const names = [styles.button, className].filter(Boolean).join(" ");
  return <button type="button" className={names} {...rest} />;
}
