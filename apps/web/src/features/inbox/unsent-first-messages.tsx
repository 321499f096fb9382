import { useCallback, useMemo, useRef } from "react";
import { useSession } from "../../lib/session.tsx";
import { timeFormat } from "../../lib/time.ts";
import { buildFeedRows } from "../conversation/feed/feed-rows.ts";
import {
  MessageActions,
  type MessageActionsHandle,
} from "../conversation/feed/message-actions.tsx";
import { MessageItem } from "../conversation/feed/message-item.tsx";
import { useOutboxMessages } from "../outbox/hooks.ts";
import type { MessageTarget } from "../outbox/types.ts";
import styles from "./message-group-new-page.module.css";

/** Messages to a person that were written before the server has the conversation. */
export function UnsentFirstMessages({ target }: { target: MessageTarget }) {
  const { user } = useSession();
  const unsent = useOutboxMessages(target);
  const actions = useRef<MessageActionsHandle>(null);
  const openActions = useCallback<MessageActionsHandle["open"]>(
    (row, opener) => actions.current?.open(row, opener),
    [],
  );
  const rows = useMemo(
    () =>
      buildFeedRows({
        messages: [],
        unsent,
        user_uuid: user.uuid,
        divider: null,
        time: timeFormat,
      }).filter((row) => row.kind === "message"),
    [unsent, user.uuid],
  );
  return (
    <>
      <ol className={styles.unsent} aria-label="Messages being sent">
        {rows.map((row) => (
          <MessageItem
            key={row.key}
            row={row}
            isOwn
            showAuthor={false}
            receipt={null}
            isHighlighted={false}
            isTabStop
            onActions={openActions}
          />
        ))}
      </ol>
      <MessageActions ref={actions} onDone={() => {}} />
    </>
  );
}
