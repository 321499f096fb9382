import { useCallback, useMemo, useRef } from "react";
import { useSession } from "../../lib/session.tsx";
import { timeFormat } from "../../lib/time.ts";
import { MessageCommandsProvider } from "../conversation/actions/message-commands.ts";
import { MessageMenu, type MessageMenuHandle } from "../conversation/actions/message-menu.tsx";
import { OpenQuestion } from "../conversation/actions/open-question.tsx";
import { useCreateCommands } from "../conversation/actions/use-create-commands.ts";
import { buildFeedRows } from "../conversation/feed/feed-rows.ts";
import { type FeedMembers, MessageItem } from "../conversation/feed/message-item.tsx";
import { useOutboxAddress, useOutboxChanges, useOutboxMessages } from "../outbox/hooks.ts";
import type { MessageTarget } from "../outbox/types.ts";
import styles from "./message-group-new-page.module.css";

const NO_MEMBERS: FeedMembers = [];

/** Messages to a person that were written before the server has the conversation. */
export function UnsentFirstMessages(props: { target: MessageTarget; focusComposer(): void }) {
  const { target, focusComposer } = props;
  const { user } = useSession();
  const unsent = useOutboxMessages(target);
  const { message_group_uuid } = useOutboxAddress(target);
  const changes = useOutboxChanges(message_group_uuid);
  const { commands, ...question } = useCreateCommands({
    message_group_uuid,
    focusComposer,
    // No message of the server is shown here.
    goTo() {},
  });
  const menu = useRef<MessageMenuHandle>(null);
  const openMenu = useCallback<MessageMenuHandle["open"]>(
    (...shown) => menu.current?.open(...shown),
    [],
  );
  const rows = useMemo(
    () =>
      buildFeedRows({
        messages: [],
        unsent,
        changes,
        user_uuid: user.uuid,
        divider: null,
        time: timeFormat,
      }).filter((row) => row.kind === "message"),
    [unsent, changes, user.uuid],
  );
  return (
    <MessageCommandsProvider value={commands}>
      <ol className={styles.unsent} aria-label="Messages being sent">
        {rows.map((row) => (
          <MessageItem
            key={row.key}
            row={row}
            isOwn
            showAuthor={false}
            members={NO_MEMBERS}
            receipt={null}
            isHighlighted={false}
            isTabStop
            openMenu={openMenu}
          />
        ))}
      </ol>
      <MessageMenu ref={menu} onDone={focusComposer} />
      <OpenQuestion {...question} commands={commands} members={NO_MEMBERS} />
    </MessageCommandsProvider>
  );
}
