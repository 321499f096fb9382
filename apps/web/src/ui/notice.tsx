import type { ReactNode } from "react";
import styles from "./notice.module.css";

/** A page or pane with a sentence instead of content: empty, not found, no access, or an error. */
export function Notice(props: {
  title: string;
  icon?: ReactNode;
  children?: ReactNode;
  /** What a person can do about it. */
  action?: ReactNode;
  /** Level of the heading. Use 1 when the notice is the whole page. */
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
