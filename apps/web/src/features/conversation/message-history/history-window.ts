import type { Message } from "@cruddur/contract/messages";

/** A page as `messages.list` answers it, with the oldest message first. */
export interface MessagePage {
  items: Message[];
  /** Leads to older messages; null on the page with the first message. */
  next_cursor: string | null;
  /** Leads to newer messages; null when the page ends with the newest message. */
  previous_cursor: string | null;
}

/** The loaded part of a message history: adjacent pages, the oldest first, at most `MAX_PAGES`. */
export type HistoryWindow = readonly MessagePage[];

export const PAGE_ITEMS = 50;
export const MAX_PAGES = 8;

/** Puts an older page before the window. Above the limit the newest page is dropped. */
export function addOlderPage(window: HistoryWindow, page: MessagePage): HistoryWindow {
  return [page, ...window].slice(0, MAX_PAGES);
}

/** Puts a newer page after the window. Above the limit the oldest page is dropped. */
export function addNewerPage(window: HistoryWindow, page: MessagePage): HistoryWindow {
  return [...window, page].slice(-MAX_PAGES);
}

/** True when the window ends with the newest message, so that live messages belong at its end. */
export function isAttached(window: HistoryWindow): boolean {
  const last = window.at(-1);
  return last !== undefined && last.previous_cursor === null;
}

/** True when the window begins with the first message. */
export function isComplete(window: HistoryWindow): boolean {
  return window[0]?.next_cursor === null;
}

/**
 * Adds a message to an attached window. The clocks of two servers differ by milliseconds, so its
 * place may be a few rows above the end.
 * @returns the same window when it has the message, or when the message is older than the window
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
 * Replaces the window's copy of a message, such as one that was edited.
 * @returns the same window when it does not have the message, or has an equal or a newer copy
 */
export function replaceMessage(window: HistoryWindow, message: Message): HistoryWindow {
  const isOutdated = (item: Message) => item !== message && newerState(item, message) === message;
  if (!window.some(({ items }) => items.some(isOutdated))) return window;
  return window.map((page) => ({
    ...page,
    items: page.items.map((item) => (isOutdated(item) ? message : item)),
  }));
}

/** Takes a message out. @returns the same window when it does not have the message */
export function removeMessage(window: HistoryWindow, message_uuid: string): HistoryWindow {
  if (!window.some(({ items }) => items.some(({ uuid }) => uuid === message_uuid))) return window;
  return window.map((page) => ({
    ...page,
    items: page.items.filter(({ uuid }) => uuid !== message_uuid),
  }));
}

/** Of the known state of a message and another message: the other one if it is a newer state. */
export function newerState(known: Message, other: Message): Message {
  if (known.uuid !== other.uuid || known.revision > other.revision) return known;
  return known.revision === other.revision && isSame(known, other) ? known : other;
}

/** Reactions are left out, because every change of them raises the revision. */
function isSame(a: Message, b: Message): boolean {
  const { reactions: _, ...fields } = { ...a, ...b };
  return (Object.keys(fields) as (keyof typeof fields)[]).every((key) => a[key] === b[key]);
}

/**
 * Adds a page of the messages that were missed while the connection was lost. A page that ends with
 * the newest message is merged into the window. Any other page becomes the end of the window, and
 * the messages after the gap leave the window until the pages in between are loaded.
 * @param after uuid of the last message before the gap, where the page begins; "" without one
 */
export function addMissedPage(
  window: HistoryWindow,
  page: MessagePage,
  after: string,
): HistoryWindow {
  if (page.previous_cursor === null) {
    return page.items.reduce(
      (merged, item) => replaceMessage(insertMessage(merged, item), item),
      window,
    );
  }
  const before = window.map((known) => ({
    ...known,
    items: known.items.filter(({ uuid }) => uuid <= after),
  }));
  return addNewerPage(before, page);
}

/** The window's messages in order, each once. */
export function messagesOfWindow(window: HistoryWindow): Message[] {
  const messages: Message[] = [];
  for (const page of window) {
    for (const item of page.items) {
      const last = messages.at(-1);
      // Pages may overlap where a gap was filled.
      if (last === undefined || item.uuid > last.uuid) messages.push(item);
    }
  }
  return messages;
}
