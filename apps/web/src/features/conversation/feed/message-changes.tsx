import type { Message } from "@cruddur/contract/messages";
import { usePerson } from "../../../lib/use-person.ts";
import styles from "./message-changes.module.css";

/** What stays of a message that its sender deleted for everyone. */
export function DeletedText({ message, isOwn }: { message: Message; isOwn: boolean }) {
  const { display_name } = usePerson(message);
  return <span className={styles.deleted}>{isOwn ? "You" : display_name} deleted a message</span>;
}

/** The reactions to a message: each emoji with the number of people. */
export function MessageReactions({ message: { reactions } }: { message: Message }) {
  if (reactions.length === 0) return null;
  return (
    <ul className={styles.reactions} aria-label="Reactions">
      {reactions.map(({ emoji, user_uuids }) => (
        <li key={emoji} className={styles.reaction}>
          {emoji}
          <span>{user_uuids.length}</span>
        </li>
      ))}
    </ul>
  );
}
