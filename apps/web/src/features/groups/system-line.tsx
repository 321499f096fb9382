import type { Message } from "@cruddur/contract/messages";
import { useMemo } from "react";
import { timeFormat } from "../../lib/time.ts";
import { usePerson } from "../../lib/use-person.ts";
import styles from "./system-line.module.css";
import { describeSystemMessage } from "./system-text.ts";
import { usePeople } from "./use-title.ts";

/** A line in the message history about the group, such as "Andrew added Mira". */
export function SystemLine({ message, user_uuid }: { message: Message; user_uuid: string }) {
  const { display_name } = usePerson(message);
  const subjects = usePeople(message.subjects);
  const text = useMemo(
    () => describeSystemMessage({ ...message, display_name, subjects: [...subjects] }, user_uuid),
    [message, display_name, subjects, user_uuid],
  );
  const full = timeFormat.full(message.created_at);
  return (
    <li
      className={styles.line}
      data-key={message.uuid}
      data-uuid={message.uuid}
      data-state="system"
      title={full}
    >
      <span dir="auto">{text}</span>
      <time className="visually-hidden" dateTime={message.created_at}>
        {full}
      </time>
    </li>
  );
}
