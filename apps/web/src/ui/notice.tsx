import type { ReactNode } from "react";
import styles from "./notice.module.css";

/** A page or pane that has a sentence instead of content: empty, not found, no access, an error. */
export function Notice(props: {
  title: string;
  icon?: ReactNode;
  children?: ReactNode;
  /** What a person can do about it. */
  action?: ReactNode;
  /** Heading level where it stands; level 1 when it is the whole page. */
  level?: 1 | 2;
}) {
  const { title, icon, children, action, level = 2 } = props;
  const Heading = level === 1 ? "h1" : "h2";
  return (
    <div className={styles.notice}>
      {icon && <div className={styles.icon}>{icon}</div>}
      <Heading tabIndex={-1}>{title}</Heading>
      {children && <p className={styles.text}>{children}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
