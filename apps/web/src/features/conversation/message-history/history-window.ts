import type { Message } from "@cruddur/contract/messages";

/** A page as `messages.list` answers it: items oldest first. */
export interface MessagePage {
  items: Message[];
  /** Leads to older messages; null at the first one. */
  next_cursor: string | null;
  /** Leads to newer messages; null when the page ends at the newest. */
  previous_cursor: string | null;
}

/** The loaded part of a history: neighbouring pages, the oldest first. Never more than the cap. */
export type HistoryWindow = readonly MessagePage[];

export const PAGE_ITEMS = 50;
export const MAX_PAGES = 8;

/** Puts an older page before the window; beyond the cap the newest page is let go. */
export function addOlder(window: HistoryWindow, page: MessagePage): HistoryWindow {
  return [page, ...window].slice(0, MAX_PAGES);
}

/** Puts a newer page after the window; beyond the cap the oldest page is let go. */
export function addNewer(window: HistoryWindow, page: MessagePage): HistoryWindow {
  return [...window, page].slice(-MAX_PAGES);
}

/** True when the window ends at the newest message, so that a live one belongs at its end. */
export function isAttached(window: HistoryWindow): boolean {
  const last = window.at(-1);
  return last !== undefined && last.previous_cursor === null;
}

/** True when nothing older is left to load. */
export function isComplete(window: HistoryWindow): boolean {
  return window[0]?.next_cursor === null;
}

/**
 * Takes a message that came by itself into an attached window. Two servers' clocks differ by
 * milliseconds, so it may belong a few rows up.
 * @returns the same window when the message is known or lies before what is loaded
 */
export function insertMessage(window: HistoryWindow, message: Message): HistoryWindow {
  const first = window[0]?.items[0];
  const isBefore = first !== undefined && message.uuid < first.uuid;
  if (isBefore && !isComplete(window)) return window;
  const index = window.findLastIndex(
    (page, at) => at === 0 || (page.items[0] !== undefined && page.items[0].uuid <= message.uuid),
  );
  const page = window[index];
  if (page === undefined) return window;
  const at = page.items.findLastIndex((item) => item.uuid < message.uuid) + 1;
  if (page.items[at]?.uuid === message.uuid) return window;
  const items = page.items.toSpliced(at, 0, message);
  return window.toSpliced(index, 1, { ...page, items });
}

/**
 * Takes a page of what was missed while away. A page that reaches the present is merged into the
 * last one. Otherwise it becomes the window's end, and the messages after the gap leave the window
 * until the pages between are loaded.
 * @param after uuid of the last message before the gap, where the page begins; "" without one
 */
export function addMissed(window: HistoryWindow, page: MessagePage, after: string): HistoryWindow {
  if (page.previous_cursor === null) return page.items.reduce(insertMessage, window);
  const before = window.map((known) => ({
    ...known,
    items: known.items.filter(({ uuid }) => uuid <= after),
  }));
  return addNewer(before, page);
}

/** The window's messages in order, each once. */
export function flatten(window: HistoryWindow): Message[] {
  const messages: Message[] = [];
  for (const page of window) {
    for (const item of page.items) {
      const last = messages.at(-1);
      // Pages may overlap at their borders where a gap was filled.
      if (last === undefined || item.uuid > last.uuid) messages.push(item);
    }
  }
  return messages;
}
