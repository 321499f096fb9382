import { describeCode } from "../../../lib/errors.ts";
import { timeFormat } from "../../../lib/time.ts";
import { Button } from "../../../ui/button.tsx";
import { CheckIcon, ClockIcon, SeenIcon, WarningIcon } from "../../../ui/icons.tsx";
import { useDelayed } from "../../../ui/skeleton.tsx";
import type { OutboxMessage } from "../../outbox/types.ts";
import { useOutbox } from "../../outbox/use-outbox.ts";
import type { MessageRow } from "./feed-rows.ts";
import styles from "./message-item.module.css";

/** What happened to an own message that the server has stored. */
export interface Receipt {
  status: "sent" | "seen";
  /** Screen readers read the status of the newest sent and the newest seen message only. */
  isSpoken: boolean;
}

interface MetaProps {
  row: MessageRow;
  isOwn: boolean;
  /** null for messages of others, and while only the outbox has the message. */
  receipt: Receipt | null;
}

/** The visible text of `MessageMeta`. The last line of the message leaves room for it. */
export function metaTextOf({ message, created_at }: MessageRow): string {
  const isEdited = message !== null && message.edited_at !== null;
  return `${isEdited ? "Edited " : ""}${timeFormat.time(created_at)}`;
}

/** The time and the status, in the last line of the bubble. A new status moves nothing. */
export function MessageMeta({ row, isOwn, receipt }: MetaProps) {
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

function Status({ row, receipt }: Pick<MetaProps, "row" | "receipt">) {
  const isWaiting = row.isChanging || (row.pending !== null && row.pending.state !== "failed");
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
  if (receipt === null) return null;
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

function waitingText({ pending }: MessageRow): string {
  if (pending === null) return "Waiting to save";
  if (pending.state === "held") return "Waiting for you to sign in";
  const isOnItsWay = pending.state === "sending" && pending.error === null;
  return isOnItsWay ? "Sending" : "Waiting to send";
}

/** Why a message was not sent, with buttons for pointers. The keyboard has the menu of the row. */
export function Failure({ failed }: { failed: OutboxMessage }) {
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
