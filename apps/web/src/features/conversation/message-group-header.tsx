import type { MessageGroup } from "@cruddur/contract/message-groups";
import { isInbox, paths } from "../../lib/routes.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { BackLink } from "../../ui/back-link.tsx";
import { Button } from "../../ui/button.tsx";
import { CalendarIcon, LinkIcon, MoreIcon, PeopleIcon } from "../../ui/icons.tsx";
import { Menu } from "../../ui/menu.tsx";
import { showToast } from "../../ui/toasts.tsx";
import { ConversationAvatar } from "../groups/conversation-avatar.tsx";
import { countPeople } from "../groups/names.ts";
import { useConversationItems } from "../inbox/use-conversation-items.ts";
import styles from "./message-group-header.module.css";

/** The name of the conversation, which leads to the profile or the details of the group, and its menu. */
export function MessageGroupHeader(props: {
  message_group_uuid: string;
  /** undefined while it is loading */
  messageGroup: MessageGroup | undefined;
  title: string;
  onJumpToDate(): void;
  onDetails(): void;
}) {
  const { message_group_uuid, messageGroup, title, onJumpToDate, onDetails } = props;
  const items = useConversationItems(messageGroup);
  const isGroup = messageGroup?.kind === "group";
  const hasProfile = !!messageGroup?.handle;
  return (
    <header className={styles.header}>
      <BackLink to={paths.messages()} isAbove={isInbox} label="Back to conversations" onlyNarrow />
      <div className={styles.who}>
        {messageGroup === undefined ? (
          <Avatar user_uuid={message_group_uuid} display_name="" size={36} />
        ) : (
          <ConversationAvatar messageGroup={messageGroup} size={36} />
        )}
        <div className={styles.names}>
          <h1 className={styles.name} dir="auto" tabIndex={-1}>
            {title}
          </h1>
          {messageGroup !== undefined && (
            <Details messageGroup={messageGroup} title={title} onOpen={onDetails} />
          )}
        </div>
      </div>
      <Button
        tone="plain"
        iconOnly
        aria-label="Jump to date"
        title="Jump to date"
        className={styles.date}
        onClick={onJumpToDate}
      >
        <CalendarIcon />
      </Button>
      <Menu
        label="Conversation menu"
        icon={<MoreIcon />}
        items={[
          ...(isGroup
            ? [{ label: "Group details", icon: <PeopleIcon />, onSelect: onDetails }]
            : hasProfile
              ? [{ label: "Profile", icon: <PeopleIcon />, onSelect: onDetails }]
              : []),
          {
            label: "Jump to date",
            icon: <CalendarIcon />,
            onSelect: onJumpToDate,
          },
          {
            label: "Copy link to conversation",
            icon: <LinkIcon />,
            onSelect: () => void copyLink(paths.messageGroup(message_group_uuid)),
          },
          ...items,
        ]}
      />
    </header>
  );
}

/** The line under the name. It is a button as large as the picture and the name. */
function Details(props: { messageGroup: MessageGroup; title: string; onOpen(): void }) {
  const { messageGroup, title, onOpen } = props;
  const { kind, handle, member_count } = messageGroup;
  // People who were deleted have no handle, and no profile.
  if (kind === "pair" && handle === "") return null;
  const text = kind === "group" ? countPeople(member_count) : `@${handle}`;
  const name = kind === "group" ? "Group details" : `Profile of ${title}`;
  return (
    <button
      type="button"
      className={styles.details}
      aria-label={`${name}, ${text}`}
      title={kind === "group" ? name : "Profile"}
      onClick={onOpen}
    >
      {text}
    </button>
  );
}

async function copyLink(path: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(new URL(path, location.href).href);
    showToast({ text: "Link copied" });
  } catch {
    showToast({ text: "The browser doesn't allow copying.", tone: "danger" });
  }
}
