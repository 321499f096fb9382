import type { ReactNode } from "react";
import { Link } from "wouter";
import { paths } from "../../../lib/routes.ts";
import { useSession } from "../../../lib/session.tsx";
import { useParent } from "./parents.ts";
import styles from "./quote.module.css";
import { QuotedMessage } from "./quote.tsx";

/**
 * A link to a message. Whoever can read the message sees it as a quote, and everybody else the address
 * as it was typed.
 */
export function LinkedMessage(props: {
  message_group_uuid: string;
  message_uuid: string;
  children: ReactNode;
}) {
  const { message_group_uuid, message_uuid, children } = props;
  const { user } = useSession();
  const linked = useParent({ user_uuid: user.uuid, message_group_uuid, message_uuid }, true);
  const href = paths.messageGroup(message_group_uuid, { message: message_uuid });
  if (linked.status !== "found" || linked.message.kind !== "text") {
    return (
      <Link href={href} tabIndex={-1}>
        {children}
      </Link>
    );
  }
  return (
    <Link href={href} tabIndex={-1} className={styles.quote} title="Go to this message">
      <QuotedMessage
        label="Message of"
        message={linked.message}
        isOwn={linked.message.user_uuid === user.uuid}
      />
    </Link>
  );
}
