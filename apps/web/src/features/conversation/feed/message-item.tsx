import type { UserShort } from "@cruddur/contract/users";
import { memo } from "react";
import { usePerson } from "../../../lib/use-person.ts";
import type { MessageMenuHandle } from "../actions/message-menu.tsx";
import { MessageTools } from "../actions/message-tools.tsx";
import { Quote } from "../quotes/quote.tsx";
import { isSameRow, type MessageRow } from "./feed-rows.ts";
import styles from "./message-item.module.css";
import { Failure, MessageMeta, metaTextOf, type Receipt } from "./message-meta.tsx";
import { MessageReactions } from "./message-reactions.tsx";
import { isEmojiOnly, isRightToLeft, MessageText } from "./message-text.tsx";

export type FeedMembers = readonly Pick<UserShort, "uuid" | "display_name">[];

interface MessageItemProps {
  row: MessageRow;
  isOwn: boolean;
  /** Authors are shown with more than two. Screen readers always read them. */
  members: FeedMembers;
  receipt: Receipt | null;
  isHighlighted: boolean;
  /** The feed is one tab stop, and Tab enters it at this row. */
  isTabStop: boolean;
  openMenu: MessageMenuHandle["open"];
}

/** One message. The element stays the same while the message is sent, stored, changed and seen. */
export const MessageItem = memo(
  function MessageItem(props: MessageItemProps) {
    const { row, isOwn, members, isHighlighted, isTabStop, openMenu } = props;
    const isEmoji = isEmojiOnly(row.text) && row.reply_to === null;
    const names = [
      styles.row,
      isOwn ? styles.own : styles.other,
      row.isFirst && styles.first,
      row.isLast && styles.last,
      isHighlighted && styles.highlighted,
      row.pending?.state === "failed" && styles.failed,
    ];
    const bubbleNames = [
      styles.bubble,
      isEmoji && styles.emoji,
      isRightToLeft(row.text) && styles.rtl,
    ];
    return (
      <li
        className={names.filter(Boolean).join(" ")}
        data-key={row.key}
        data-uuid={row.uuid ?? undefined}
        data-state={row.pending?.state ?? "sent"}
        tabIndex={isTabStop ? 0 : -1}
      >
        <Author {...props} />
        <div className={styles.line} data-swipe>
          <div className={bubbleNames.filter(Boolean).join(" ")} data-held>
            {row.reply_to !== null && (
              <Quote
                message_group_uuid={row.message_group_uuid}
                message_uuid={row.reply_to}
                loaded={row.parent}
              />
            )}
            <div className={styles.text} dir="auto" data-meta={metaTextOf(row)}>
              {row.message !== null && row.message.deleted_at !== null ? (
                <DeletedText message={row.message} isOwn={isOwn} />
              ) : (
                <MessageText text={row.text} />
              )}
            </div>
            <MessageMeta {...props} />
          </div>
          <MessageTools row={row} openMenu={openMenu} />
        </div>
        <MessageReactions row={row} members={members} />
        {row.pending?.state === "failed" && <Failure failed={row.pending} />}
      </li>
    );
  },
  (before, after) =>
    isSameRow(before.row, after.row) &&
    before.isOwn === after.isOwn &&
    before.members === after.members &&
    before.receipt === after.receipt &&
    before.isHighlighted === after.isHighlighted &&
    before.isTabStop === after.isTabStop &&
    before.openMenu === after.openMenu,
);

/** What stays of a message that was deleted for everyone. */
function DeletedText({
  message,
  isOwn,
}: {
  message: NonNullable<MessageRow["message"]>;
  isOwn: boolean;
}) {
  const { display_name } = usePerson(message);
  return <span className={styles.deleted}>{isOwn ? "You" : display_name} deleted a message</span>;
}

function Author({ row, isOwn, members }: MessageItemProps) {
  if (isOwn || row.message === null) return <span className="visually-hidden">You: </span>;
  return <AuthorName message={row.message} isShown={members.length > 2 && row.isFirst} />;
}

function AuthorName(props: { message: NonNullable<MessageRow["message"]>; isShown: boolean }) {
  const { display_name } = usePerson(props.message);
  return (
    <span className={props.isShown ? styles.author : "visually-hidden"} dir="auto">
      {display_name}
      <span className="visually-hidden">: </span>
    </span>
  );
}
