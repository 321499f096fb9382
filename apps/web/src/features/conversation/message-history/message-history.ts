import type { Message } from "@cruddur/contract/messages";
import { createStore, type Store } from "../../../lib/store.ts";
import { isCounted } from "../feed/feed-rows.ts";
import {
  addMissedPage,
  addNewerPage,
  addOlderPage,
  type HistoryWindow,
  insertMessage,
  isAttached,
  isComplete,
  MAX_PAGES,
  type MessagePage,
  messagesOfWindow,
  newerState,
  PAGE_ITEMS,
  removeMessage,
  replaceMessage,
} from "./history-window.ts";
import {
  type EdgeState,
  type HistoryPlace,
  type ListMessages,
  listInputOf,
  type MessageHistoryState,
} from "./types.ts";

export type MessageHistory = ReturnType<typeof createMessageHistory>;

/** Above this many rows an attached window that grew by live messages is shortened. */
const ROWS_MAX = PAGE_ITEMS * MAX_PAGES;
/** The delays before each attempt to read what was missed. */
const CATCH_UP_DELAYS_MS = [0, 1_000, 3_000, 10_000];
const RECENT_MAX = 200;

/**
 * The loaded messages of one conversation, outside React, so that they outlive the page: going back
 * to the conversation shows them at once. An infinite query does not fit, because a refetch reads
 * every page again, and because live messages, gaps and jumps need control over the window's edges.
 * @param options.hasUnsent whether the outbox still has a message that will be sent
 */
export function createMessageHistory(options: {
  list: ListMessages;
  user_uuid: string;
  hasUnsent?: () => boolean;
}) {
  const { list, user_uuid, hasUnsent = () => false } = options;
  const state: Store<MessageHistoryState> = createStore<MessageHistoryState>({
    status: "empty",
    error: null,
    messages: [],
    isAttached: false,
    isComplete: false,
    older: "idle",
    newer: "idle",
    unseen: [],
    generation: 0,
  });
  let window: HistoryWindow = [];
  /**
   * The newest known messages. An answer may lack a message that was delivered live after the
   * request, and a read of the newest page may lag behind an earlier one.
   */
  let recent: Message[] = [];
  /** Uuids of the messages that the person has hidden since the page was opened. */
  const hidden = new Set<string>();
  /** The messages that arrived live during each read that is in progress. */
  const reads = new Set<Message[]>();
  /** The last attached window without a gap, for when the server cannot be reached. */
  let lastAttached: HistoryWindow | null = null;
  /** Messages may be missing after this one, although later ones are shown. Only while attached. */
  let gap: { after: Message | undefined } | null = null;
  let catchingUp: { request: number; filled: Promise<void> } | null = null;
  /** Counts replacements of the window, so that answers for an earlier window are dropped. */
  let request = 0;

  const patch = (change: Partial<MessageHistoryState>) => state.set({ ...state.get(), ...change });
  const isOwn = (message: Message) => message.user_uuid === user_uuid;

  function show(next: HistoryWindow, change: Partial<MessageHistoryState> = {}): void {
    const full = isAttached(next) ? recent.reduce(insertMessage, next) : next;
    const isSame = full === window && state.get().status === "ready";
    window = full;
    const messages = isSame ? state.get().messages : messagesOfWindow(full);
    if (isAttached(full)) {
      if (gap === null) lastAttached = full;
      recent = messages.slice(-RECENT_MAX);
    } else {
      // The messages after the gap are no longer part of the window.
      gap = null;
    }
    patch({ messages, isAttached: isAttached(full), isComplete: isComplete(full), ...change });
  }

  /** Reads a page. Versions of its messages that arrived live after the request replace its own. */
  async function read(input: Omit<Parameters<ListMessages>[0], "limit">): Promise<MessagePage> {
    const live: Message[] = [];
    reads.add(live);
    try {
      const page = await list({ limit: PAGE_ITEMS, ...input });
      const current = live.reduce<HistoryWindow>(replaceMessage, [page]);
      return [...hidden].reduce(removeMessage, current)[0] ?? page;
    } finally {
      reads.delete(live);
    }
  }

  /** Replaces the window by another part of the history. */
  const replaceWindow = (pages: HistoryWindow, change: Partial<MessageHistoryState> = {}) =>
    show(pages, {
      older: "idle",
      newer: "idle",
      generation: state.get().generation + 1,
      ...change,
    });

  /**
   * Opens the history at a place. Answers to requests for the previous window are dropped.
   * @returns the page, or null when a later call came first
   */
  async function open(place: HistoryPlace): Promise<MessagePage | null> {
    request += 1;
    const own = request;
    const isFirst = state.get().status !== "ready";
    if (isFirst) patch({ status: "loading", error: null });
    try {
      const page = await read(listInputOf(place));
      if (request !== own) return null;
      // No message at or after that moment: the window stays.
      if (place.at === "moment" && page.items.length === 0 && !isFirst) return page;
      gap = null;
      replaceWindow([page], { status: "ready" });
      return page;
    } catch (error) {
      if (request !== own) return null;
      if (isFirst) patch({ status: "failed", error });
      // The answers to earlier requests are dropped, so they may be requested again.
      else patch({ older: "idle", newer: "idle" });
      throw error;
    }
  }

  const cursorOf = (edge: "older" | "newer") =>
    edge === "older" ? window[0]?.next_cursor : window.at(-1)?.previous_cursor;

  async function extend(edge: "older" | "newer"): Promise<void> {
    const cursor = cursorOf(edge);
    if (!cursor || state.get()[edge] === "loading") return;
    const own = request;
    const set = (value: EdgeState) => ({ [edge]: value });
    patch(set("loading"));
    try {
      const page = await read({ cursor });
      if (request !== own) return;
      const next = edge === "older" ? addOlderPage(window, page) : addNewerPage(window, page);
      show(cursor === cursorOf(edge) ? next : window, set("idle"));
    } catch {
      if (request === own) patch(set("failed"));
    }
  }

  /** Loads the messages that were missed since the connection was lost or the page was left. */
  function catchUp(): Promise<void> {
    // An attempt that began before the window was replaced gives up, so it cannot be shared.
    if (catchingUp?.request !== request) {
      const attempt = { request, filled: fillGap() };
      catchingUp = attempt;
      void attempt.filled.finally(() => {
        if (catchingUp === attempt) catchingUp = null;
      });
    }
    return catchingUp.filled;
  }

  async function fillGap(): Promise<void> {
    const own = request;
    const isStale = () => request !== own || !isAttached(window);
    if (state.get().status !== "ready" || isStale()) return;
    // Messages that are delivered or sent from now on come after the gap and do not shorten it.
    gap ??= { after: state.get().messages.at(-1) };
    const { after } = gap;
    for (const delayMs of CATCH_UP_DELAYS_MS) {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (isStale()) return;
      const missed = await read(after === undefined ? {} : { since: after.created_at }).catch(
        () => null,
      );
      if (isStale()) return;
      if (missed === null) continue;
      const isTooLarge = missed.previous_cursor !== null;
      if (!isTooLarge || !hasOwnAfter(after)) {
        fill(addMissedPage(window, missed, after?.uuid ?? ""), missed, after);
        return;
      }
      // A gap of more than a page is filled from its start, which would hide what comes after it.
      // An own message must stay visible, so the newest page replaces the window instead.
      const newest = await read({}).catch(() => null);
      if (isStale()) return;
      if (newest === null) continue;
      gap = null;
      replaceWindow([newest], { unseen: withUnseen([...missed.items, ...newest.items], after) });
      return;
    }
  }

  function fill(next: HistoryWindow, missed: MessagePage, after: Message | undefined): void {
    gap = null;
    show(next, { unseen: withUnseen(missed.items, after) });
  }

  const hasOwnAfter = (after: Message | undefined): boolean =>
    hasUnsent() ||
    state.get().messages.some((message) => isOwn(message) && message.uuid > (after?.uuid ?? ""));

  /** The unseen messages, with those of other people after `after` that the window does not have. */
  function withUnseen(messages: readonly Message[], after?: Message): readonly string[] {
    const { unseen, messages: shown } = state.get();
    const known = new Set([...unseen, ...shown.map(({ uuid }) => uuid)]);
    const added = messages
      .filter((message) => isCounted(message, user_uuid) && message.uuid > (after?.uuid ?? ""))
      .map(({ uuid }) => uuid)
      .filter((uuid) => !known.has(uuid));
    return added.length === 0 ? unseen : [...new Set([...unseen, ...added])].sort();
  }

  /**
   * Goes back to the last attached window, followed by the own messages sent since then. `catchUp`
   * reads what other people wrote since.
   * @returns false when there is none
   */
  function restoreLastAttached(): boolean {
    if (lastAttached === null) return false;
    request += 1;
    const after = messagesOfWindow(lastAttached).at(-1);
    gap = { after };
    recent = recent.filter((message) => isOwn(message) && message.uuid > (after?.uuid ?? ""));
    replaceWindow(lastAttached);
    return true;
  }

  return {
    state,
    open,
    restoreLastAttached,
    catchUp,
    loadOlder: () => extend("older"),
    loadNewer: () => extend("newer"),

    /** Takes a message that was delivered live or stored by the server, new or changed. */
    upsert(received: Message): void {
      if (hidden.has(received.uuid)) return;
      const known = recent.find(({ uuid }) => uuid === received.uuid);
      const message = known === undefined ? received : newerState(known, received);
      for (const live of reads) live.push(message);
      recent = [...recent.filter((each) => each !== known), message].slice(-RECENT_MAX);
      if (state.get().status !== "ready") return;
      lastAttached = lastAttached && replaceMessage(lastAttached, message);
      const isNew = message.uuid > (state.get().messages.at(-1)?.uuid ?? "");
      const unseen = isNew ? withUnseen([message]) : state.get().unseen;
      const replaced = replaceMessage(window, message);
      show(isAttached(window) ? insertMessage(replaced, message) : replaced, { unseen });
    },

    /** Takes the new state of a message that was edited, deleted or reacted to. */
    change(message: Message): void {
      for (const live of reads) live.push(message);
      recent = recent.map((known) => newerState(known, message));
      if (state.get().status !== "ready") return;
      lastAttached = lastAttached && replaceMessage(lastAttached, message);
      show(replaceMessage(window, message));
    },

    /** Takes out a message that the person has hidden, for good. */
    hide(message_uuid: string): void {
      hidden.add(message_uuid);
      recent = recent.filter(({ uuid }) => uuid !== message_uuid);
      if (state.get().status !== "ready") return;
      lastAttached = lastAttached && removeMessage(lastAttached, message_uuid);
      const unseen = state.get().unseen.filter((uuid) => uuid !== message_uuid);
      show(removeMessage(window, message_uuid), { unseen });
    },

    /** Marks the messages up to this one as seen. */
    markSeen(message_uuid: string): void {
      const { unseen } = state.get();
      const left = unseen.filter((uuid) => uuid > message_uuid);
      if (left.length !== unseen.length) patch({ unseen: left });
    },

    /** Drops the oldest rows when live messages have made the window larger than the limit. */
    trim(): void {
      if (state.get().messages.length <= ROWS_MAX) return;
      if (window.length > 1) show(window.slice(1));
      else void open({ at: "newest" }).catch(() => {});
    },
  };
}
