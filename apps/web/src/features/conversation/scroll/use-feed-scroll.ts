import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { serverNow } from "../../../lib/clock.ts";
import type { OutboxMessage } from "../../outbox/types.ts";
import type { FeedRow } from "../feed/feed-rows.ts";
import type { CachedConversation } from "../message-history/conversation-cache.ts";
import type { MessagePage } from "../message-history/history-window.ts";
import type { HistoryPlace, MessageHistoryState } from "../message-history/types.ts";
import type { VisitStart } from "../reading/visit-start.ts";
import { createScrollAnchor, lastVisibleRow, type ScrollAnchor } from "./scroll-anchor.ts";

/** The distance from an end at which more is loaded, so that a page arrives before it is needed. */
const PREFETCH_VIEWPORTS = 2;
const HIGHLIGHT_MS = 4_000;
/** The longest time for which an own message is out of view while the newest page is requested. */
const NEWEST_PAGE_MS = 1_500;
/** An older message in the outbox was stored by an earlier page, and is not a send of now. */
const JUST_SENT_MS = 10_000;
/** Within this distance of the end the button "Jump to latest" is hidden. */
const NEAR_END_PX = 40;

/**
 * The scroll position of the feed: first where the visit starts, then where the person goes, kept in
 * place while rows change around it.
 * @param options.onVisible called with the newest visible message after every move
 * @param options.onShow called with the key of a row that was scrolled to
 */
export function useFeedScroll(options: {
  conversation: CachedConversation;
  state: MessageHistoryState;
  rows: readonly FeedRow[];
  unsent: readonly OutboxMessage[];
  visitStart: VisitStart;
  onVisible(message_uuid: string | null): void;
  onShow(key: string): void;
}) {
  const { conversation, state, rows, unsent, visitStart } = options;
  const { history } = conversation;
  const viewport = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const anchor = useRef<ScrollAnchor>(null);
  /** False until the feed is where the visit starts: what was in view before does not count. */
  const isOpen = useRef(false);
  /** Where to go when the window of this generation is laid out. */
  const target = useRef<{ generation: number; show(): void } | null>(null);
  /** Runs from an own send in old history until the newest page must have arrived. */
  const ownSendTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [isAway, setAway] = useState(false);
  const [highlighted, setHighlighted] = useState<string | null>(null);

  function onMove(): void {
    const [view, content, held] = [viewport.current, list.current, anchor.current];
    if (view === null || content === null || held === null || !isOpen.current) return;
    const { isAttached, older, newer, unseen } = history.state.get();
    conversation.position = held.position();
    const reach = PREFETCH_VIEWPORTS * view.clientHeight;
    const below = view.scrollHeight - view.clientHeight - view.scrollTop;
    if (view.scrollTop < reach && older === "idle") void history.loadOlder();
    if (below < reach && newer === "idle") void history.loadNewer();
    setAway(!held.isPinned() && (!isAttached || below > NEAR_END_PX));
    const visible = newestUuid(lastVisibleRow(content, view));
    options.onVisible(visible);
    if (unseen.length > 0 && visible !== null) history.markSeen(visible);
    if (held.isPinned()) history.trim();
  }
  const latestOnMove = useRef(onMove);
  latestOnMove.current = onMove;

  useLayoutEffect(() => {
    const [view, content] = [viewport.current, list.current];
    if (view === null || content === null) return;
    const held = createScrollAnchor({
      viewport: view,
      content,
      onMove: () => latestOnMove.current(),
    });
    anchor.current = held;
    return () => {
      conversation.position = held.position();
      held.stop();
      anchor.current = null;
      leaveOwnSend();
    };
  }, [conversation]);

  useLayoutEffect(() => {
    anchor.current?.update(state.isAttached);
    if (target.current === null || target.current.generation > state.generation) return;
    target.current.show();
    target.current = null;
  }, [rows, state.older, state.newer, state.generation]);

  // The first layout of a visit: the feed is in its place before the first paint.
  useLayoutEffect(() => {
    const { place } = visitStart;
    const held = anchor.current;
    const third = (viewport.current?.clientHeight ?? 0) / 3;
    if (held === null) return;
    isOpen.current = true;
    if (place.at === "divider" && held.toRow("divider", third)) return;
    if (place.at === "position" && held.toRow(place.position.key, place.position.offset)) return;
    if (place.at === "message" && showMessage(place.uuid)) return;
    held.toEnd();
  }, []);

  // An own send goes to the end, wherever the person was reading.
  const newest = unsent.at(-1);
  const last = useRef(newest);
  useLayoutEffect(() => {
    const before = last.current;
    if (newest === undefined || newest.client_id === before?.client_id) return;
    // A failed message is the newest in the outbox again after later ones were sent.
    if (newest.created_at < (before?.created_at ?? "")) return;
    last.current = newest;
    if (serverNow() - Date.parse(newest.created_at) < JUST_SENT_MS) showOwnSend();
  }, [newest?.client_id]);

  useEffect(() => {
    if (highlighted === null) return;
    const timer = setTimeout(() => setHighlighted(null), HIGHLIGHT_MS);
    return () => clearTimeout(timer);
  }, [highlighted]);

  /** Replaces the window, then calls `show` when it is laid out. */
  function open(place: HistoryPlace, show: () => void): Promise<MessagePage | null> {
    target.current = { generation: history.state.get().generation + 1, show };
    return history.open(place);
  }

  function showMessage(message_uuid: string, place?: "below its day"): boolean {
    const view = viewport.current;
    const selector = `[data-uuid="${CSS.escape(message_uuid)}"]`;
    const row = list.current?.querySelector<HTMLElement>(selector);
    if (!view || !row?.dataset.key) return false;
    const above = place === undefined ? view.clientHeight / 3 : heightOfDay(row);
    anchor.current?.toRow(row.dataset.key, above);
    setHighlighted(message_uuid);
    options.onShow(row.dataset.key);
    return true;
  }

  async function goToLatest({ smooth = false } = {}): Promise<void> {
    if (history.state.get().isAttached) anchor.current?.toEnd({ smooth });
    else await open({ at: "newest" }, () => anchor.current?.toEnd());
  }

  /**
   * Goes to the end. When the newest page takes too long, it goes to the last known end instead,
   * unless the person has chosen another place.
   */
  function showOwnSend(): void {
    clearTimeout(ownSendTimer.current);
    const goToLastKnownEnd = () => {
      if (ownSendTimer.current !== timer) return;
      clearTimeout(timer);
      if (!history.state.get().isAttached && history.restoreLastAttached()) void history.catchUp();
    };
    const timer = setTimeout(goToLastKnownEnd, NEWEST_PAGE_MS);
    ownSendTimer.current = timer;
    goToLatest().catch(goToLastKnownEnd);
  }

  /** The person has chosen another place, which counts more than their last send. */
  function leaveOwnSend(): void {
    clearTimeout(ownSendTimer.current);
    ownSendTimer.current = undefined;
  }

  async function goToMoment(since: string): Promise<boolean> {
    leaveOwnSend();
    const page = await open({ at: "moment", since }, () => {
      const first = history.state.get().messages.find(({ created_at }) => created_at >= since);
      if (first !== undefined) showMessage(first.uuid, "below its day");
    });
    const isFound = page !== null && page.items.length > 0;
    if (!isFound) target.current = null;
    return isFound;
  }

  async function goToMessage(message_uuid: string): Promise<void> {
    leaveOwnSend();
    if (showMessage(message_uuid)) return;
    await open({ at: "message", uuid: message_uuid }, () => showMessage(message_uuid));
  }

  return { viewport, list, isAway, highlighted, goToLatest, goToMoment, goToMessage };
}

/** Height in px of the day's name that stands directly above a row; 0 without one. */
function heightOfDay(row: HTMLElement): number {
  const before = row.previousElementSibling;
  const isDay = before instanceof HTMLElement && before.dataset.key?.startsWith("day-");
  return isDay ? before.offsetHeight : 0;
}

function newestUuid(row: Element | null): string | null {
  for (let at = row; at !== null; at = at.previousElementSibling) {
    if (at instanceof HTMLElement && at.dataset.uuid !== undefined) return at.dataset.uuid;
  }
  return null;
}
