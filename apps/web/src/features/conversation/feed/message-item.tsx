import type { UserShort } from "@cruddur/contract/users";
import { memo } from "react";
import { useSession } from "../../../lib/session.tsx";
import { usePerson } from "../../../lib/use-person.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import type { SeenBy } from "../../groups/seen-by.ts";
import { SeenByButton } from "../../groups/seen-by-button.tsx";
import type { MessageMenuHandle } from "../actions/message-menu.tsx";
import { MessageTools } from "../actions/message-tools.tsx";
import { Quote } from "../quotes/quote.tsx";
import { isSameRow, type MessageRow } from "./feed-rows.ts";
import { FoldedText } from "./folded-text.tsx";
import styles from "./message-item.module.css";
import { Failure, MessageMeta, metaTextOf, type Receipt } from "./message-meta.tsx";
import { MessageReactions } from "./message-reactions.tsx";
import { isEmojiOnly, isRightToLeft, MessageText } from "./message-text.tsx";

export type FeedMembers = readonly Pick<UserShort, "uuid" | "display_name">[];

interface MessageItemProps {
  row: MessageRow;
  isOwn: boolean;
  members: FeedMembers;
  /** Shown in a group, with the picture. Screen readers always read the author. */
  showAuthor: boolean;
  /** Who has seen the message, under the newest own one that anybody has seen. */
  readers?: SeenBy["people"] | undefined;
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
      props.showAuthor && !isOwn && styles.withPicture,
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
                <DeletedText message={row.message} isOwn={isOwn} members={members} />
              ) : (
                <FoldedText user_uuid={row.user_uuid}>
                  <MessageText text={row.text} />
                </FoldedText>
              )}
            </div>
            <MessageMeta {...props} />
          </div>
          <MessageTools row={row} openMenu={openMenu} />
        </div>
        <MessageReactions row={row} members={members} />
        {props.readers && <SeenByButton people={props.readers} />}
        {row.pending?.state === "failed" && <Failure failed={row.pending} />}
      </li>
    );
  },
  (before, after) =>
    isSameRow(before.row, after.row) &&
    before.isOwn === after.isOwn &&
    before.members === after.members &&
    before.showAuthor === after.showAuthor &&
    before.receipt === after.receipt &&
    before.readers === after.readers &&
    before.isHighlighted === after.isHighlighted &&
    before.isTabStop === after.isTabStop &&
    before.openMenu === after.openMenu,
);

/** What stays of a message that was deleted for everyone. */
function DeletedText(props: {
  message: NonNullable<MessageRow["message"]>;
  isOwn: boolean;
  members: FeedMembers;
}) {
  const { message, isOwn, members } = props;
  const { user } = useSession();
  const { display_name } = usePerson(message);
  const by = message.deleted_by_user_uuid;
  const deleter = members.find(({ uuid }) => uuid === by);
  const text =
    by === null || by === message.user_uuid
      ? `${isOwn ? "You" : display_name} deleted a message`
      : `${by === user.uuid ? "You" : (deleter?.display_name ?? "The owner")} deleted a message of ${isOwn ? "yours" : display_name}`;
  return <span className={styles.deleted}>{text}</span>;
}

function Author({ row, isOwn, showAuthor }: MessageItemProps) {
  if (isOwn || row.message === null) return <span className="visually-hidden">You: </span>;
  return <AuthorName message={row.message} isShown={showAuthor && row.isFirst} />;
}

function AuthorName(props: { message: NonNullable<MessageRow["message"]>; isShown: boolean }) {
  const { user_uuid, display_name } = usePerson(props.message);
  return (
    <>
      {props.isShown && (
        <span className={styles.picture}>
          <Avatar user_uuid={user_uuid} display_name={display_name} size={28} />
        </span>
      )}
      <span className={props.isShown ? styles.author : "visually-hidden"} dir="auto">
        {display_name}
        <span className="visually-hidden">: </span>
      </span>
    </>
  );
}
