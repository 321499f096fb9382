import type { MessageGroup } from "@cruddur/contract/message-groups";
import { type CSSProperties, lazy, memo, Suspense, useRef, useState } from "react";
import { Link } from "wouter";
import { isMuted } from "../../lib/filing.ts";
import { formatUnread } from "../../lib/page-title.ts";
import { paths } from "../../lib/routes.ts";
import { useSession } from "../../lib/session.tsx";
import { timeFormat } from "../../lib/time.ts";
import { useNow } from "../../lib/use-now.ts";
import { Button } from "../../ui/button.tsx";
import { MoreIcon, WarningIcon } from "../../ui/icons.tsx";
import { ConversationAvatar } from "../groups/conversation-avatar.tsx";
import { usePreview } from "../groups/use-preview.ts";
import { useTitle } from "../groups/use-title.ts";
import styles from "./message-group-item.module.css";
import { MessageGroupPreview } from "./message-group-preview.tsx";

const ConversationMenu = lazy(() => import("./conversation-menu.tsx"));

/** A conversation in the inbox: its name, its newest message with its time, and the unread count. */
export const MessageGroupItem = memo(function MessageGroupItem(props: {
  messageGroup: MessageGroup;
  /** Its index in the list. */
  at: number;
  /** The number of conversations in the list; -1 while more can be loaded. */
  count: number;
  isOpen: boolean;
  /** An own message was not sent, and the person decides what to do. */
  hasFailed: boolean;
  /** Somebody else in the list has the same name. */
  showsHandle: boolean;
}) {
  const { messageGroup, at, count, isOpen, hasFailed, showsHandle } = props;
  const { user } = useSession();
  const title = useTitle(messageGroup);
  const preview = usePreview(messageGroup, user.uuid);
  const isUnread = messageGroup.unread_count > 0 || messageGroup.marked_unread;
  const muted = isMuted(messageGroup);
  const row = useRef<HTMLLIElement>(null);
  const [opened, setOpened] = useState(0);
  const openMenu = () => setOpened(opened + 1);

  return (
    <li
      ref={row}
      className={styles.row}
      style={{ "--at": at } as CSSProperties}
      aria-posinset={at + 1}
      aria-setsize={count}
      onContextMenu={(event) => {
        event.preventDefault();
        openMenu();
      }}
    >
      <Link
        href={paths.messageGroup(messageGroup.uuid)}
        className={`${styles.item} ${isUnread ? styles.unread : ""} ${muted ? styles.muted : ""}`}
        aria-current={isOpen ? "page" : undefined}
        draggable={false}
      >
        <ConversationAvatar messageGroup={messageGroup} />
        <span className={styles.text}>
          <span className={styles.line}>
            <span className={styles.name} dir="auto">
              {title}
              {messageGroup.pinned && <span className="visually-hidden">, pinned</span>}
              {muted && <span className="visually-hidden">, muted</span>}
              {showsHandle && <span className={styles.handle}> @{messageGroup.handle}</span>}
            </span>
            <When created_at={messageGroup.created_at} />
          </span>
          <span className={styles.line}>
            <span className={styles.preview} dir="auto">
              <MessageGroupPreview message_group_uuid={messageGroup.uuid} isOpen={isOpen}>
                {preview}
              </MessageGroupPreview>
            </span>
            {hasFailed && (
              <span className={styles.failed}>
                <WarningIcon width={16} height={16} />
                <span className="visually-hidden">A message wasn't sent</span>
              </span>
            )}
            {messageGroup.mentioned && (
              <span className={styles.mention}>
                <span aria-hidden="true">@</span>
                <span className="visually-hidden">You were mentioned</span>
              </span>
            )}
            {isUnread && (
              <span className={styles.count}>
                {messageGroup.unread_count > 0 ? formatUnread(messageGroup.unread_count) : "•"}
                <span className="visually-hidden"> unread</span>
              </span>
            )}
          </span>
        </span>
      </Link>
      <div className={styles.menu}>
        <Button
          tone="plain"
          iconOnly
          // Tab goes from row to row; the menu key opens the menu of a focused row.
          tabIndex={-1}
          aria-label={`Menu of the conversation with ${title}`}
          aria-haspopup="menu"
          onClick={openMenu}
        >
          <MoreIcon />
        </Button>
      </div>
      {opened > 0 && (
        <Suspense>
          <ConversationMenu
            messageGroup={messageGroup}
            title={title}
            opened={opened}
            anchor={() => row.current}
          />
        </Suspense>
      )}
    </li>
  );
});

function When({ created_at }: { created_at: string }) {
  useNow();
  return (
    <time
      className={styles.time}
      dateTime={created_at}
      title={`${timeFormat.ago(created_at)} · ${timeFormat.full(created_at)}`}
    >
      {timeFormat.when(created_at)}
    </time>
  );
}
