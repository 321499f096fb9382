import type { Message } from "@cruddur/contract/messages";
import { createStore, type Store } from "../../../lib/store.ts";
import {
  addMissed,
  addNewer,
  addOlder,
  flatten,
  type HistoryWindow,
  insertMessage,
  isAttached,
  isComplete,
  MAX_PAGES,
  type MessagePage,
  PAGE_ITEMS,
} from "./history-window.ts";

/** Which part of the history to open. */
export type Place =
  | { at: "newest" }
  | { at: "message"; uuid: string }
  | { at: "moment"; since: string };

export interface ListInput {
  cursor?: string;
  around?: string;
  since?: string;
  limit: number;
}
export type ListMessages = (input: ListInput) => Promise<MessagePage>;

type Edge = "idle" | "loading" | "failed";

export interface MessageHistoryState {
  status: "empty" | "loading" | "ready" | "failed";
  error: unknown;
  messages: readonly Message[];
  /** Ends at the newest message: live ones are shown as they come. */
  isAttached: boolean;
  /** Begins at the first message. */
  isComplete: boolean;
  older: Edge;
  newer: Edge;
  /** Others' messages that came by themselves and haven't been seen, in order. */
  arrived: readonly string[];
  /** Counts replaced windows: a position in one means nothing in the next. */
  generation: number;
}

export type MessageHistory = ReturnType<typeof createMessageHistory>;

/** Beyond this many rows live messages make an attached window start afresh at the newest page. */
const ROWS_MAX = PAGE_ITEMS * MAX_PAGES;
/** One page each: a phone that slept for a day catches up the rest by scrolling. */
const CATCH_UP_DELAYS_MS = [0, 1_000, 3_000, 10_000];
const RECENT_MAX = 200;

/**
 * One conversation's loaded history outside React, so that it outlives its page: switching back
 * shows it at once. Own code rather than an infinite query, because a refetch of one replays
 * every page, and because live messages, gaps and jumps need the window's edges by name.
 */
export function createMessageHistory(options: { list: ListMessages; user_uuid: string }) {
  const { list, user_uuid } = options;
  const state: Store<MessageHistoryState> = createStore<MessageHistoryState>({
    status: "empty",
    error: null,
    messages: [],
    isAttached: false,
    isComplete: false,
    older: "idle",
    newer: "idle",
    arrived: [],
    generation: 0,
  });
  let window: HistoryWindow = [];
  /**
   * The newest messages known: an answer that was on its way while one came live doesn't have it,
   * and a read of the newest page may lag behind an earlier one.
   */
  let recent: Message[] = [];
  /** The last window without a gap that reached the present, for when the server is out of reach. */
  let end: HistoryWindow | null = null;
  /** Messages may be missing after this one, although later ones are shown. Only while attached. */
  let gap: { after: Message | undefined } | null = null;
  let catchingUp: { request: number; filled: Promise<void> } | null = null;
  /** Counts calls of `open`, so that late answers know they are late. */
  let request = 0;

  const patch = (change: Partial<MessageHistoryState>) => state.set({ ...state.get(), ...change });

  function show(next: HistoryWindow, change: Partial<MessageHistoryState> = {}): void {
    const full = isAttached(next) ? recent.reduce(insertMessage, next) : next;
    const isSame = full === window && state.get().status === "ready";
    window = full;
    const messages = isSame ? state.get().messages : flatten(full);
    if (isAttached(full)) {
      if (gap === null) end = full;
      recent = messages.slice(-RECENT_MAX);
    } else {
      // What was shown after the gap is no longer part of the window.
      gap = null;
    }
    patch({
      messages,
      isAttached: isAttached(full),
      isComplete: isComplete(full),
      ...change,
    });
  }

  /**
   * Replaces the window; answers to what was asked for the old one are dropped.
   * @returns the page, or null when a later call overtook this one
   */
  async function open(place: Place): Promise<MessagePage | null> {
    request += 1;
    const own = request;
    const isFirst = state.get().status !== "ready";
    if (isFirst) patch({ status: "loading", error: null });
    try {
      const page = await list({ limit: PAGE_ITEMS, ...inputOf(place) });
      if (request !== own) return null;
      // Nothing at or after that moment: the window stays where it was.
      if (place.at === "moment" && page.items.length === 0 && !isFirst) return page;
      const generation = state.get().generation + 1;
      gap = null;
      show([page], { status: "ready", older: "idle", newer: "idle", generation });
      return page;
    } catch (error) {
      if (request !== own) return null;
      if (isFirst) patch({ status: "failed", error });
      // What was on its way for the old window is dropped all the same: let it be asked again.
      else patch({ older: "idle", newer: "idle" });
      throw error;
    }
  }

  async function extend(edge: "older" | "newer"): Promise<void> {
    const cursor = edge === "older" ? window[0]?.next_cursor : window.at(-1)?.previous_cursor;
    if (!cursor || state.get()[edge] === "loading") return;
    const own = request;
    patch({ [edge]: "loading" });
    try {
      const page = await list({ limit: PAGE_ITEMS, cursor });
      if (request !== own) return;
      const isStill =
        cursor === (edge === "older" ? window[0]?.next_cursor : window.at(-1)?.previous_cursor);
      const next = edge === "older" ? addOlder(window, page) : addNewer(window, page);
      show(isStill ? next : window, { [edge]: "idle" });
    } catch {
      if (request === own) patch({ [edge]: "failed" });
    }
  }

  /** Loads what is missing between the last message before the gap and the present. */
  function catchUp(): Promise<void> {
    // An attempt that began before the window was replaced gives up, and can't be waited for.
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
    if (state.get().status !== "ready" || !isAttached(window)) return;
    // What comes live or is sent from here on stands after the gap, and doesn't shorten it.
    gap ??= { after: state.get().messages.at(-1) };
    const { after } = gap;
    const since = after === undefined ? {} : { since: after.created_at };
    for (const delayMs of CATCH_UP_DELAYS_MS) {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (request !== own) return;
      const page = await list({ limit: PAGE_ITEMS, ...since }).catch(() => null);
      if (request !== own || !isAttached(window)) return;
      if (page === null) continue;
      const known = new Set(state.get().messages.map(({ uuid }) => uuid));
      const missed = page.items.filter(
        ({ user_uuid: author, uuid }) =>
          author !== user_uuid && uuid > (after?.uuid ?? "") && !known.has(uuid),
      );
      gap = null;
      show(addMissed(window, page, after?.uuid ?? ""), {
        arrived: union(state.get().arrived, missed),
      });
      return;
    }
  }

  /**
   * Goes back to the last window that reached the present, with the person's own messages sent
   * since then after it. What others wrote since is for `catchUp`.
   * @returns false when there was none
   */
  function recall(): boolean {
    if (end === null) return false;
    request += 1;
    const after = flatten(end).at(-1);
    gap = { after };
    recent = recent.filter(
      (message) => message.user_uuid === user_uuid && message.uuid > (after?.uuid ?? ""),
    );
    show(end, { older: "idle", newer: "idle", generation: state.get().generation + 1 });
    return true;
  }

  return {
    state,
    open,
    recall,
    catchUp,
    loadOlder: () => extend("older"),
    loadNewer: () => extend("newer"),

    /** Takes a message that came live, or the server's copy of an own one. */
    receive(message: Message): void {
      recent = [...recent.filter(({ uuid }) => uuid !== message.uuid), message].slice(-RECENT_MAX);
      if (state.get().status !== "ready") return;
      const isOwn = message.user_uuid === user_uuid;
      const isNew = message.uuid > (state.get().messages.at(-1)?.uuid ?? "");
      const arrived = isOwn || !isNew ? state.get().arrived : union(state.get().arrived, [message]);
      if (!isAttached(window)) {
        patch({ arrived });
        return;
      }
      show(insertMessage(window, message), { arrived });
    },

    /** The rows up to this one have been seen. */
    seen(message_uuid: string): void {
      const { arrived } = state.get();
      const left = arrived.filter((uuid) => uuid > message_uuid);
      if (left.length !== arrived.length) patch({ arrived: left });
    },

    /** Lets go of the oldest rows once live messages have made the window larger than the cap. */
    trim(): void {
      if (state.get().messages.length <= ROWS_MAX) return;
      if (window.length > 1) show(window.slice(1));
      else void open({ at: "newest" }).catch(() => {});
    },
  };
}

function inputOf(place: Place): Partial<ListInput> {
  switch (place.at) {
    case "newest":
      return {};
    case "message":
      return { around: place.uuid };
    case "moment":
      return { since: place.since };
  }
}

function union(uuids: readonly string[], messages: readonly Message[]): readonly string[] {
  const fresh = messages.map(({ uuid }) => uuid).filter((uuid) => !uuids.includes(uuid));
  return fresh.length === 0 ? uuids : [...uuids, ...fresh].sort();
}
