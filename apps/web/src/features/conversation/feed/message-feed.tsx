import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import { type Ref, useEffect, useImperativeHandle, useMemo, useRef } from "react";
import { useAnnounce } from "../../../lib/announcer.tsx";
import { useStore } from "../../../lib/store.ts";
import { timeFormat } from "../../../lib/time.ts";
import { useNow } from "../../../lib/use-now.ts";
import { findSeenBy } from "../../groups/seen-by.ts";
import { SystemLine } from "../../groups/system-line.tsx";
import { useStablePeople } from "../../groups/use-stable-people.ts";
import type { OutboxChange, OutboxMessage } from "../../outbox/types.ts";
import { useMessageCommands } from "../actions/message-commands.ts";
import { MessageMenu, type MessageMenuHandle } from "../actions/message-menu.tsx";
import type { CachedConversation } from "../message-history/conversation-cache.ts";
import { receiptsOf } from "../reading/receipts.ts";
import { useReadMarker } from "../reading/use-read-marker.ts";
import type { VisitStart } from "../reading/visit-start.ts";
import { useFeedScroll } from "../scroll/use-feed-scroll.ts";
import { FeedEdge } from "./feed-edge.tsx";
import { buildFeedRows, type FeedRow } from "./feed-rows.ts";
import { FloatingDay } from "./floating-day.tsx";
import { JumpToLatest } from "./jump-to-latest.tsx";
import styles from "./message-feed.module.css";
import { MessageItem } from "./message-item.tsx";
import { useAnswer } from "./use-answer.ts";
import { useFeedGestures } from "./use-feed-gestures.ts";
import { useFeedKeys } from "./use-feed-keys.ts";

export interface MessageFeedHandle {
  /** Shows the first message at or after a moment (ISO 8601). @returns false when there is none */
  goToMoment(since: string): Promise<boolean>;
  /** Shows a message and highlights it for a few seconds. */
  goToMessage(message_uuid: string): Promise<void>;
  /** The rows as they are shown. */
  rows(): readonly FeedRow[];
}

interface MessageFeedProps {
  conversation: CachedConversation;
  unsent: readonly OutboxMessage[];
  changes: readonly OutboxChange[];
  visitStart: VisitStart;
  user_uuid: string;
  members: MessageGroupDetail["members"];
  isGroup: boolean;
  label: string;
  markRead(message_uuid: string, signal: AbortSignal): Promise<unknown>;
  /** Called on Escape and when a menu closes, to go back to the composer. */
  onLeave(): void;
  ref?: Ref<MessageFeedHandle>;
}

/** The loaded messages in a scroll area in which what a person reads never jumps. */
export function MessageFeed(props: MessageFeedProps) {
  const { conversation, unsent, changes, visitStart, user_uuid, members, isGroup, label, onLeave } =
    props;
  const { history } = conversation;
  const named = useStablePeople(members);
  const state = useStore(history.state);
  const announce = useAnnounce();
  const commands = useMessageCommands();
  const menu = useRef<MessageMenuHandle>(null);
  const reader = useReadMarker({
    marker: visitStart.marker,
    user_uuid,
    messages: state.messages,
    markRead: props.markRead,
  });
  const answer = useAnswer(unsent);
  const newest = state.isAttached ? state.messages.at(-1)?.uuid : undefined;
  const lastAnswer = useRef<string>(null);
  useEffect(() => {
    if (answer === lastAnswer.current || newest === undefined) return;
    lastAnswer.current = answer;
    reader.readNow(newest);
  }, [answer, newest, reader]);
  // The names of days change at midnight.
  const today = timeFormat.dayKey(useNow());
  const divider = answer !== null ? null : visitStart.divider;
  const rows = useMemo(
    () =>
      buildFeedRows({
        messages: state.messages,
        unsent: state.isAttached ? unsent : [],
        changes,
        user_uuid,
        divider,
        time: timeFormat,
      }),
    [state.messages, state.isAttached, unsent, changes, user_uuid, divider, today],
  );
  const receipts = useMemo(() => receiptsOf(rows, members, user_uuid), [rows, members, user_uuid]);
  const readers = useMemo(
    () => (isGroup ? findSeenBy(rows, members, user_uuid) : null),
    [isGroup, rows, members, user_uuid],
  );
  const scroll = useFeedScroll({
    conversation,
    state,
    rows,
    unsent,
    visitStart,
    onVisible: reader.setVisible,
    onShow: (key) => keys.setActive(key),
  });
  const keys = useFeedKeys({
    rows,
    list: scroll.list,
    onEnd: () => void scroll.goToLatest().catch(() => {}),
    openMenu: (...shown) => menu.current?.open(...shown),
    commands,
    onLeave,
  });
  const gestures = useFeedGestures({ rows, commands, openMenu: keys.openMenu });
  const { goToMoment, goToMessage } = scroll;
  useImperativeHandle(props.ref, () => ({ goToMoment, goToMessage, rows: () => rows }));

  return (
    <div className={styles.feed}>
      <div
        ref={scroll.viewport}
        className={styles.viewport}
        role="log"
        tabIndex={-1}
        aria-live="off"
        aria-label={label}
        data-testid="message-feed"
      >
        <FeedEdge
          state={state.older}
          isEnd={state.isComplete}
          end="This is the beginning of the conversation."
          onRetry={history.loadOlder}
        />
        <ol
          ref={scroll.list}
          className={styles.list}
          onKeyDown={keys.onKeyDown}
          onFocus={keys.onFocus}
          {...gestures}
        >
          {rows.map((row) => {
            if (row.kind === "day") {
              return (
                <li key={row.key} data-key={row.key} className={styles.day}>
                  <time dateTime={timeFormat.dayKey(row.created_at)}>
                    {timeFormat.day(row.created_at)}
                  </time>
                </li>
              );
            }
            if (row.kind === "divider") {
              return (
                <li key={row.key} data-key={row.key} className={styles.divider}>
                  <span>New messages</span>
                </li>
              );
            }
            if (row.kind === "system") {
              return <SystemLine key={row.key} message={row.message} user_uuid={user_uuid} />;
            }
            return (
              <MessageItem
                key={row.key}
                row={row}
                isOwn={row.user_uuid === user_uuid}
                members={named}
                showAuthor={isGroup}
                readers={readers?.key === row.key ? readers.people : undefined}
                receipt={receipts.get(row.key) ?? null}
                isHighlighted={row.uuid !== null && row.uuid === scroll.highlighted}
                isTabStop={row.key === keys.active}
                openMenu={keys.openMenu}
              />
            );
          })}
        </ol>
        <FeedEdge
          state={state.newer}
          isEnd={state.isAttached}
          end={null}
          onRetry={history.loadNewer}
        />
      </div>
      <FloatingDay viewport={scroll.viewport} list={scroll.list} />
      {scroll.isAway && (
        <JumpToLatest
          count={state.unseen.length}
          onSelect={() => {
            // The button leaves with the focus. On a phone, the composer would open the keyboard.
            if (matchMedia("(pointer: fine)").matches) onLeave();
            else scroll.viewport.current?.focus({ preventScroll: true });
            scroll
              .goToLatest({ smooth: true })
              .catch(() => announce.assertive("The newest messages couldn't be loaded."));
          }}
        />
      )}
      <MessageMenu ref={menu} onDone={onLeave} />
    </div>
  );
}
