import { isInbox, paths } from "../../lib/routes.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { BackLink } from "../../ui/back-link.tsx";
import { Button } from "../../ui/button.tsx";
import { BackIcon, CalendarIcon, LinkIcon, MoreIcon } from "../../ui/icons.tsx";
import { Menu } from "../../ui/menu.tsx";
import { showToast } from "../../ui/toasts.tsx";
import styles from "./message-group-header.module.css";

/** The name of the conversation, and its menu. */
export function MessageGroupHeader(props: {
  message_group_uuid: string;
  user_uuid: string;
  display_name: string;
  /** The line under the name: the handle, or the number of people. */
  detail: string;
  onJumpToDate(): void;
}) {
  const { message_group_uuid, user_uuid, display_name, detail, onJumpToDate } = props;
  return (
    <header className={styles.header}>
      <BackLink
        to={paths.messages()}
        isAbove={isInbox}
        className={styles.back}
        label="Back to conversations"
      >
        <BackIcon />
      </BackLink>
      <Avatar user_uuid={user_uuid} display_name={display_name} size={36} />
      <div className={styles.names}>
        <h1 className={styles.name} dir="auto" tabIndex={-1}>
          {display_name}
        </h1>
        <p className={styles.detail}>{detail}</p>
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
        ]}
      />
    </header>
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
