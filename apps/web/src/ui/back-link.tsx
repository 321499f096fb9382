import type { ReactNode } from "react";
import { Link } from "wouter";
import { previousAddress } from "../lib/history.ts";

/**
 * A link to the page above this one. Where that page is also the one before this one, it goes back
 * in the history, so that the browser's Back does not return here.
 * @param props.to the page to go to when the one before is not known
 * @param props.isAbove whether an address is a page to go back to
 */
export function BackLink(props: {
  to: string;
  isAbove(address: string): boolean;
  className?: string | undefined;
  label: string;
  children: ReactNode;
}) {
  const { to, isAbove, className, label, children } = props;
  const before = previousAddress();
  const isBefore = before !== null && isAbove(before);
  return (
    <Link
      href={isBefore ? before : to}
      replace
      className={className}
      aria-label={label}
      onClick={(event) => {
        if (!isBefore) return;
        event.preventDefault();
        history.back();
      }}
    >
      {children}
    </Link>
  );
}
