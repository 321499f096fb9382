import { memo } from "react";
import { describeCode } from "../../../lib/errors.ts";
import { timeFormat } from "../../../lib/time.ts";
import { usePerson } from "../../../lib/use-person.ts";
import { Button } from "../../../ui/button.tsx";
import { CheckIcon, ClockIcon, MoreIcon, SeenIcon, WarningIcon } from "../../../ui/icons.tsx";
import { useDelayed } from "../../../ui/skeleton.tsx";
import type { OutboxMessage } from "../../outbox/types.ts";
import { useOutbox } from "../../outbox/use-outbox.ts";
import type { MessageRow } from "./feed-rows.ts";
import { DeletedText, MessageReactions } from "./message-changes.tsx";
import styles from "./message-item.module.css";
import { isEmojiOnly, isRightToLeft, MessageText } from "./message-text.tsx";

/** What happened to an own message that the server has stored. */
export interface Receipt {
  status: "sent" | "seen";
  /** Screen readers read the status of the newest sent and the newest seen message only. */
  isSpoken: boolean;
}

interface MessageItemProps {
  row: MessageRow;
  isOwn: boolean;
  /** Shown with more than two people. Screen readers always read the author. */
  showAuthor: boolean;
  /** null for messages of others, and while only the outbox has the message. */
  receipt: Receipt | null;
  isHighlighted: boolean;
  /** The feed is one tab stop, and Tab enters it at this row. */
  isTabStop: boolean;
  onActions(row: MessageRow, opener: HTMLElement): void;
}

/** One message. The element stays the same while the message is sent, stored and seen. */
export const MessageItem = memo(
  function MessageItem(props: MessageItemProps) {
    const { row, isOwn, isHighlighted, isTabStop, onActions } = props;
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
      isEmojiOnly(row.text) && styles.emoji,
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
        <div className={styles.line}>
          <div className={bubbleNames.filter(Boolean).join(" ")} data-held>
            <div className={styles.text} dir="auto" data-meta={metaTextOf(row)}>
              {row.message !== null && row.message.deleted_at !== null ? (
                <DeletedText message={row.message} isOwn={isOwn} />
              ) : (
                <MessageText text={row.text} />
              )}
            </div>
            <Meta {...props} />
          </div>
          <button
            type="button"
            className={styles.actions}
            tabIndex={-1}
            aria-label="Message actions"
            aria-haspopup="menu"
            onClick={(event) => onActions(row, event.currentTarget)}
          >
            <MoreIcon />
          </button>
        </div>
        {row.message !== null && <MessageReactions message={row.message} />}
        {row.pending?.state === "failed" && <Failure failed={row.pending} />}
      </li>
    );
  },
  (before, after) =>
    isSameRow(before.row, after.row) &&
    before.isOwn === after.isOwn &&
    before.showAuthor === after.showAuthor &&
    before.receipt === after.receipt &&
    before.isHighlighted === after.isHighlighted &&
    before.isTabStop === after.isTabStop &&
    before.onActions === after.onActions,
);

/** All rows are built again on every change, and most of them are equal to the ones before. */
function isSameRow(a: MessageRow, b: MessageRow): boolean {
  return (
    a.message === b.message &&
    a.pending === b.pending &&
    a.isFirst === b.isFirst &&
    a.isLast === b.isLast
  );
}

function Author({ row, isOwn, showAuthor }: MessageItemProps) {
  if (isOwn || row.message === null) return <span className="visually-hidden">You: </span>;
  return <AuthorName message={row.message} isShown={showAuthor && row.isFirst} />;
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

/** The visible text of `Meta`. The last line of the message leaves room for it. */
function metaTextOf({ message, created_at }: MessageRow): string {
  const isEdited = message !== null && message.edited_at !== null;
  return `${isEdited ? "Edited " : ""}${timeFormat.time(created_at)}`;
}

/** The time and the status, in the last line of the bubble. A new status moves nothing. */
function Meta({ row, isOwn, receipt }: MessageItemProps) {
  const full = timeFormat.full(row.created_at);
  const edited_at = row.message?.edited_at ?? null;
  return (
    <div className={styles.meta}>
      {edited_at !== null && (
        <span data-edited title={`Edited ${timeFormat.full(edited_at)}`}>
          Edited
        </span>
      )}
      <time dateTime={row.created_at} title={full}>
        <span aria-hidden="true">{timeFormat.time(row.created_at)}</span>
        <span className="visually-hidden">{full}</span>
      </time>
      {isOwn && (
        <span className={styles.status}>
          <Status row={row} receipt={receipt} />
        </span>
      )}
    </div>
  );
}

function Status({ row, receipt }: { row: MessageRow; receipt: Receipt | null }) {
  const isWaiting = row.pending !== null && row.pending.state !== "failed";
  const isSlow = useDelayed(isWaiting);
  if (isWaiting && isSlow) {
    const text = waitingText(row);
    return (
      <span title={text}>
        <ClockIcon width={14} height={14} />
        <span className="visually-hidden">{text}</span>
      </span>
    );
  }
  if (isWaiting || receipt === null) return null;
  const isSeen = receipt.status === "seen";
  const text = isSeen ? "Seen" : "Sent";
  const Icon = isSeen ? SeenIcon : CheckIcon;
  return (
    <span title={text} className={isSeen ? styles.seen : undefined}>
      <Icon width={16} height={16} />
      {receipt.isSpoken && <span className="visually-hidden">{text}</span>}
    </span>
  );
}

/** Buttons for pointers. The keyboard reaches the same actions in the menu of the row. */
function Failure({ failed }: { failed: OutboxMessage }) {
  const outbox = useOutbox();
  return (
    <>
      <span className={styles.failure}>
        <WarningIcon width={14} height={14} />
        Not sent
      </span>
      {outbox !== null && (
        <div className={styles.choices}>
          {failed.error !== null && <p className={styles.reason}>{describeCode(failed.error)}</p>}
          <Button tone="plain" tabIndex={-1} onClick={() => void outbox.retry(failed)}>
            Try again
          </Button>
          <Button tone="plain" tabIndex={-1} onClick={() => void outbox.edit(failed)}>
            Edit
          </Button>
          <Button tone="plain" tabIndex={-1} onClick={() => void outbox.discard(failed)}>
            Delete
          </Button>
        </div>
      )}
    </>
  );
}

function waitingText(row: MessageRow): string {
  if (row.pending?.state === "held") return "Waiting for you to sign in";
  const isOnItsWay = row.pending?.state === "sending" && row.pending.error === null;
  return isOnItsWay ? "Sending" : "Waiting to send";
}
