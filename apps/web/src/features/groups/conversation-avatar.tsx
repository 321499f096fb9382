import type { MessageGroup } from "@cruddur/contract/message-groups";
import { Avatar } from "../../ui/avatar.tsx";
import styles from "./conversation-avatar.module.css";
import { usePeople, useTitle } from "./use-title.ts";

/** How large each of a group's two pictures is. */
const PART = 0.66;

/** The picture of a conversation: the other person, or the first two other members of a group. */
export function ConversationAvatar(props: { messageGroup: MessageGroup; size?: number }) {
  const { messageGroup, size = 44 } = props;
  const title = useTitle(messageGroup);
  const [first, second] = usePeople(messageGroup.some_members);
  if (messageGroup.kind === "pair" || first === undefined || second === undefined) {
    const user_uuid = messageGroup.kind === "pair" ? messageGroup.user_uuid : messageGroup.uuid;
    return <Avatar user_uuid={user_uuid} display_name={title} size={size} />;
  }
  const part = Math.round(size * PART);
  return (
    <span className={styles.group} style={{ width: size, height: size }} aria-hidden="true">
      <Avatar user_uuid={first.uuid} display_name={first.display_name} size={part} />
      <Avatar user_uuid={second.uuid} display_name={second.display_name} size={part} />
    </span>
  );
}
