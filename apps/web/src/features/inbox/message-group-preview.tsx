import type { ReactNode } from "react";
import { useSession } from "../../lib/session.tsx";
import { useTypists } from "../../lib/typing-store.ts";
import { ClockIcon } from "../../ui/icons.tsx";
import { useDraftText, useNewestUnsent } from "../outbox/use-outbox.ts";
import styles from "./message-group-preview.module.css";

/**
 * What is newest in a conversation: somebody typing, a draft, an own message that waits to be sent,
 * or the newest message.
 * @param props.isOpen the conversation is open beside the list, which shows the draft there
 * @param props.children the newest message that the server has
 */
export function MessageGroupPreview(props: {
  message_group_uuid: string;
  isOpen: boolean;
  children: ReactNode;
}) {
  const { message_group_uuid, isOpen, children } = props;
  const { user } = useSession();
  const typists = useTypists(message_group_uuid);
  const draft = useDraftText(message_group_uuid);
  const unsent = useNewestUnsent(message_group_uuid);
  if (typists.length > 0 && user.typing_indicators) {
    return <span className={styles.typing}>typing…</span>;
  }
  if (draft.trim() !== "" && !isOpen) {
    return (
      <>
        <span className={styles.draft}>Draft: </span>
        {draft}
      </>
    );
  }
  if (unsent !== null) {
    return (
      <>
        {unsent.state !== "failed" && (
          <ClockIcon width={14} height={14} className={styles.waiting} aria-hidden="true" />
        )}
        You: {unsent.message}
      </>
    );
  }
  return children;
}
