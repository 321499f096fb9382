import { Link } from "wouter";
import { previousAddress } from "../lib/history.ts";
import styles from "./back-link.module.css";
import { BackIcon } from "./icons.tsx";

/**
 * A link to the page above this one. Where that page is also the one before this one, it goes back
 * in the history, so that the browser's Back does not return here.
 * @param props.to the page to go to when the one before is not known
 * @param props.isAbove whether an address is a page to go back to
 * @param props.onlyNarrow whether it is shown only where the window has no room for both pages
 */
export function BackLink(props: {
  to: string;
  isAbove(address: string): boolean;
  label: string;
  onlyNarrow?: boolean;
}) {
  const { to, isAbove, label, onlyNarrow = false } = props;
  const before = previousAddress();
  const isBefore = before !== null && isAbove(before);
  return (
    <Link
      href={isBefore ? before : to}
      replace
      className={onlyNarrow ? `${styles.link} ${styles.narrow}` : styles.link}
      aria-label={label}
      onClick={(event) => {
        if (!isBefore) return;
        event.preventDefault();
        history.back();
      }}
    >
      <BackIcon />
    </Link>
  );
}
