import { isMessages, paths } from "../lib/routes.ts";
import { BackLink } from "./back-link.tsx";
import styles from "./page-header.module.css";

/** The head of a page that is not a conversation: its title, and the way back to the messages. */
export function PageHeader({ title, className = "" }: { title: string; className?: string }) {
  return (
    <header className={`${styles.header} ${className}`}>
      <BackLink to={paths.messages()} isAbove={isMessages} label="Back to messages" />
      <h1>{title}</h1>
    </header>
  );
}
