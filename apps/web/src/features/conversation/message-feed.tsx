import type { MessageGroupDetail } from "@cruddur/core/schemas";
import {
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useAnnounce } from "../../lib/announcer.tsx";
import { useStore } from "../../lib/store.ts";
import { timeFormat } from "../../lib/time.ts";
import { useNow } from "../../lib/use-now.ts";
import { Button } from "../../ui/button.tsx";
import type { OutboxMessage } from "../outbox/types.ts";
import { type Anchor, createAnchor, lastVisible } from "./anchor.ts";
import { buildRows } from "./feed-rows.ts";
import type { Conversation } from "./histories.ts";
import { JumpToLatest } from "./jump-to-latest.tsx";
import { MessageActions, type MessageActionsHandle } from "./message-actions.tsx";
import styles from "./message-feed.module.css";
import { MessageItem } from "./message-item.tsx";
import type { Opening } from "./opening.ts";
import { receiptsOf } from "./receipts.ts";
import { useFeedKeys } from "./use-feed-keys.ts";
import { useReadMarker } from "./use-read-marker.ts";

export interface MessageFeedHandle {
  /** Shows the newest messages, whatever part of the history is open. */
  goToLatest(options?: { smooth?: boolean }): Promise<void>;
  /** Shows the first message at or after a moment. @returns false when there is none */
  goToMoment(since: string): Promise<boolean>;
  /** Shows one message and marks it for a while. */
  goToMessage(message_uuid: string): Promise<void>;
}

interface MessageFeedProps {
  conversation: Conversation;
  unsent: readonly OutboxMessage[];
  opening: Opening;
  user_uuid: string;
  members: MessageGroupDetail["members"];
  label: string;
  markRead(message_uuid: string): Promise<unknown>;
  /** Escape, and closing a menu: back to writing. */
  onLeave(): void;
  ref?: Ref<MessageFeedHandle>;
}

/** Two viewports ahead, so that a page is there before a person reaches it. */
const PREFETCH_VIEWPORTS = 2;
const HIGHLIGHT_MS = 4_000;

/** The loaded messages in a scroll area that never jumps. */
export function MessageFeed(props: MessageFeedProps) {
  const { conversation, unsent, opening, user_uuid, members, label, onLeave } = props;
  const { history } = conversation;
  const state = useStore(history.state);
  const announce = useAnnounce();
  const viewport = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const anchor = useRef<Anchor>(null);
  const actions = useRef<MessageActionsHandle>(null);
  /** False until the feed stands where the visit begins: what is in view before means nothing. */
  const isOpen = useRef(false);
  const [isAway, setAway] = useState(false);
  const [highlighted, setHighlighted] = useState<string | null>(null);
  /** Where the next layout puts the feed: set when the window is replaced. */
  const target = useRef<(() => void) | null>(null);
  const look = useReadMarker({
    marker: opening.marker,
    user_uuid,
    messages: state.messages,
    markRead: props.markRead,
  });
  // Day names change at midnight.
  const today = timeFormat.dayKey(useNow());
  const rows = useMemo(
    () =>
      buildRows({
        messages: state.messages,
        unsent: state.isAttached ? unsent : [],
        user_uuid,
        divider: opening.divider,
        time: timeFormat,
      }),
    [state.messages, state.isAttached, unsent, user_uuid, opening.divider, today],
  );
  const receipts = useMemo(() => receiptsOf(rows, members, user_uuid), [rows, members, user_uuid]);
  const keys = useFeedKeys({
    rows,
    list,
    onEnd: () => void goToLatest().catch(() => {}),
    onActions: (row, opener) => actions.current?.open(row, opener),
    onLeave,
  });

  function onMove(): void {
    const [view, content, held] = [viewport.current, list.current, anchor.current];
    if (view === null || content === null || held === null || !isOpen.current) return;
    const { isAttached, older, newer, arrived } = history.state.get();
    conversation.position = held.position();
    const reach = PREFETCH_VIEWPORTS * view.clientHeight;
    const below = view.scrollHeight - view.clientHeight - view.scrollTop;
    if (view.scrollTop < reach && older === "idle") void history.loadOlder();
    if (below < reach && newer === "idle") void history.loadNewer();
    setAway(!held.isPinned() && (!isAttached || below > 40));
    const visible = newestUuid(lastVisible(content, view));
    look(visible);
    if (arrived.length > 0 && visible !== null) history.seen(visible);
    if (held.isPinned()) history.trim();
  }

  useLayoutEffect(() => {
    const [view, content] = [viewport.current, list.current];
    if (view === null || content === null) return;
    const held = createAnchor({ viewport: view, content, onMove: () => onMoveLatest.current() });
    anchor.current = held;
    return () => {
      conversation.position = held.position();
      held.stop();
      anchor.current = null;
    };
  }, [conversation]);
  const onMoveLatest = useRef(onMove);
  onMoveLatest.current = onMove;

  useLayoutEffect(() => {
    anchor.current?.update(state.isAttached);
    target.current?.();
    target.current = null;
  }, [rows, state.older, state.newer, state.generation]);

  // The first layout of a visit: no paint before it is where it belongs.
  useLayoutEffect(() => {
    const { start } = opening;
    const held = anchor.current;
    const third = (viewport.current?.clientHeight ?? 0) / 3;
    if (held === null) return;
    isOpen.current = true;
    if (start.at === "divider" && held.toRow("divider", third)) return;
    if (start.at === "position" && held.toRow(start.position.key, start.position.offset)) return;
    if (start.at === "message" && showMessage(start.uuid)) return;
    held.toEnd();
  }, []);

  // Own sends go to the end, wherever the person was reading.
  const newestUnsent = unsent.at(-1)?.client_id;
  const sentBefore = useRef(newestUnsent);
  useLayoutEffect(() => {
    const isNew = newestUnsent !== undefined && newestUnsent !== sentBefore.current;
    sentBefore.current = newestUnsent;
    if (isNew && unsent.at(-1)?.tries === 0) goToLatest().catch(() => {});
  }, [newestUnsent]);

  useEffect(() => {
    if (highlighted === null) return;
    const timer = setTimeout(() => setHighlighted(null), HIGHLIGHT_MS);
    return () => clearTimeout(timer);
  }, [highlighted]);

  async function goToLatest({ smooth = false } = {}): Promise<void> {
    if (history.state.get().isAttached) {
      anchor.current?.toEnd({ smooth });
      return;
    }
    target.current = () => anchor.current?.toEnd();
    await history.open({ at: "newest" });
  }

  async function goToMoment(since: string): Promise<boolean> {
    target.current = () => {
      const first = history.state.get().messages.find(({ created_at }) => created_at >= since);
      if (first !== undefined) showMessage(first.uuid, 0);
    };
    const page = await history.open({ at: "moment", since });
    if (page !== null && page.items.length > 0) return true;
    target.current = null;
    return false;
  }

  async function goToMessage(message_uuid: string): Promise<void> {
    if (showMessage(message_uuid)) return;
    target.current = () => void showMessage(message_uuid);
    await history.open({ at: "message", uuid: message_uuid });
  }

  function showMessage(message_uuid: string, below?: number): boolean {
    const view = viewport.current;
    const row = list.current?.querySelector<HTMLElement>(
      `[data-uuid="${CSS.escape(message_uuid)}"]`,
    );
    if (!view || !row?.dataset.key) return false;
    anchor.current?.toRow(row.dataset.key, below ?? view.clientHeight / 3);
    setHighlighted(message_uuid);
    keys.setActive(row.dataset.key);
    return true;
  }

  useImperativeHandle(props.ref, () => ({ goToLatest, goToMoment, goToMessage }));

  return (
    <div className={styles.feed}>
      <div
        ref={viewport}
        className={styles.viewport}
        role="log"
        aria-live="off"
        aria-label={label}
        data-testid="message-feed"
      >
        <Edge
          state={state.older}
          isEnd={state.isComplete}
          end="This is where the conversation begins."
          onRetry={history.loadOlder}
        />
        <ol ref={list} className={styles.list} onKeyDown={keys.onKeyDown} onFocus={keys.onFocus}>
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
            return (
              <MessageItem
                key={row.key}
                row={row}
                isOwn={row.user_uuid === user_uuid}
                showAuthor={members.length > 2}
                receipt={receipts.get(row.key) ?? null}
                isHighlighted={row.uuid !== null && row.uuid === highlighted}
                isTabStop={row.key === keys.active}
                onActions={keys.onActions}
              />
            );
          })}
        </ol>
        <Edge state={state.newer} isEnd={state.isAttached} end={null} onRetry={history.loadNewer} />
      </div>
      {isAway && (
        <JumpToLatest
          count={state.arrived.length}
          onSelect={() =>
            void goToLatest({ smooth: true }).catch(() =>
              announce.assertive("The newest messages couldn't be loaded."),
            )
          }
        />
      )}
      <MessageActions ref={actions} onDone={onLeave} />
    </div>
  );
}

function newestUuid(row: Element | null): string | null {
  for (let at = row; at !== null; at = at.previousElementSibling) {
    if (at instanceof HTMLElement && at.dataset.uuid !== undefined) return at.dataset.uuid;
  }
  return null;
}

/** What stands before the first or after the last loaded row. Its height never changes by loading. */
function Edge(props: {
  state: "idle" | "loading" | "failed";
  isEnd: boolean;
  end: string | null;
  onRetry(): Promise<void>;
}) {
  if (props.isEnd) return props.end && <p className={styles.edge}>{props.end}</p>;
  if (props.state !== "failed") return <p className={styles.edge}>Loading more…</p>;
  return (
    <p className={styles.edge}>
      More couldn't be loaded.{" "}
      <Button tone="plain" onClick={() => void props.onRetry()}>
        Try again
      </Button>
    </p>
  );
}
