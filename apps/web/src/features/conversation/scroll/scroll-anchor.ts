/** This close to the end counts as being there. */
const PINNED_PX = 40;

export interface SavedPosition {
  /** The row that crossed the viewport's top, and where its own top was below it, in px. */
  key: string;
  offset: number;
}

export type Anchor = ReturnType<typeof createScrollAnchor>;

/**
 * Keeps what a person reads where it is while rows come and go around it: remembers the first row
 * that crosses the viewport's top, and after every change puts it back. At the end it follows the
 * end instead, until the person moves up. The browser's own scroll anchoring must be off.
 * @param content its children are the rows; messages carry `data-state`, and a `data-key` by which
 *   they are found again; `data-held` marks their text
 * @param onMove called after every change of position or size, with what can be seen now
 */
export function createScrollAnchor(options: {
  viewport: HTMLElement;
  content: HTMLElement;
  onMove(): void;
}) {
  const { viewport, content, onMove } = options;
  let row: HTMLElement | null = null;
  /**
   * What of the row is held: its text, for the space and the name above it come and go with the
   * row before.
   */
  let held: Element | null = null;
  /** The held part's top below the viewport's top. */
  let offset = 0;
  let lastTop = viewport.scrollTop;
  let isPinned = false;
  /** Whether the end of the rows is the end of the history: only then is there an end to follow. */
  let isEnd = false;

  const topOf = (element: Element) =>
    element.getBoundingClientRect().top - viewport.getBoundingClientRect().top;
  const distanceToEnd = () => viewport.scrollHeight - viewport.clientHeight - viewport.scrollTop;

  function setTop(top: number): void {
    viewport.scrollTop = top;
    lastTop = viewport.scrollTop;
  }

  function remember(): void {
    lastTop = viewport.scrollTop;
    row = firstVisible(content, viewport);
    held = row?.querySelector("[data-held]") ?? row;
    offset = held === null ? 0 : topOf(held);
  }

  function hold(): void {
    if (isPinned) {
      setTop(viewport.scrollHeight);
      remember();
    } else if (held?.isConnected) {
      // A move whose scroll event hasn't come yet is the person's: it stays.
      offset -= viewport.scrollTop - lastTop;
      const error = topOf(held) - offset;
      if (Math.abs(error) >= 0.5) setTop(viewport.scrollTop + error);
      else lastTop = viewport.scrollTop;
      // Where the end is too near to hold the row, it comes to rest elsewhere.
      if (Math.abs(topOf(held) - offset) >= 1) remember();
    } else {
      remember();
    }
    onMove();
  }

  function onScroll(): void {
    const top = viewport.scrollTop;
    const near = isEnd && distanceToEnd() <= PINNED_PX;
    if (near && top >= lastTop) isPinned = true;
    else if (!near && top < lastTop) isPinned = false;
    if (top !== lastTop) remember();
    onMove();
  }

  const resizes = new ResizeObserver(hold);
  resizes.observe(viewport);
  resizes.observe(content);
  viewport.addEventListener("scroll", onScroll, { passive: true });

  return {
    isPinned: () => isPinned,

    /**
     * Call in a layout effect after the rows changed.
     * @param ends whether the last row is the newest message
     */
    update(ends: boolean): void {
      // Older pages of history coming in below are no reason to run after them.
      if (!ends || !isEnd) isPinned = false;
      isEnd = ends;
      hold();
    },

    /** Goes to the end and stays there. Smoothly only over a short way. */
    toEnd({ smooth = false } = {}): void {
      const isShort = distanceToEnd() <= 2 * viewport.clientHeight;
      if (smooth && isShort && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
        viewport.scrollTo({ top: viewport.scrollHeight, behavior: "smooth" });
        return;
      }
      isPinned = isEnd;
      setTop(viewport.scrollHeight);
      remember();
      onMove();
    },

    /** Puts a row's top `below` px under the viewport's top. @returns false without such a row */
    toRow(key: string, below: number): boolean {
      const target = content.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (target === null) return false;
      setTop(viewport.scrollTop + topOf(target) - below);
      isPinned = isEnd && distanceToEnd() <= 1;
      remember();
      onMove();
      return true;
    },

    /** @returns null when at the end, for the end moves on */
    position(): SavedPosition | null {
      const key = row?.dataset.key;
      return isPinned || row === null || key === undefined ? null : { key, offset: topOf(row) };
    },

    stop(): void {
      resizes.disconnect();
      viewport.removeEventListener("scroll", onScroll);
    },
  };
}

/**
 * The first message that reaches below the viewport's top; rows are in order, so found by halves.
 * Not a day's name: older messages of that day coming in take it up with them.
 */
function firstVisible(content: HTMLElement, viewport: HTMLElement): HTMLElement | null {
  const { top } = viewport.getBoundingClientRect();
  let row = bisect(content, (element) => element.getBoundingClientRect().bottom > top);
  while (row !== null && !row.matches("[data-state]")) row = row.nextElementSibling;
  return row instanceof HTMLElement ? row : null;
}

/** The last child that has begun to show: at least half of it, or half the viewport, is in view. */
export function lastVisible(content: HTMLElement, viewport: HTMLElement): Element | null {
  const { bottom, height } = viewport.getBoundingClientRect();
  const beyond = bisect(content, (element) => {
    const box = element.getBoundingClientRect();
    return box.top + Math.min(box.height, height) / 2 > bottom;
  });
  return beyond === null ? content.lastElementChild : beyond.previousElementSibling;
}

function bisect(content: HTMLElement, isPast: (element: Element) => boolean): Element | null {
  const { children } = content;
  let low = 0;
  let high = children.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = children[middle];
    if (element !== undefined && isPast(element)) high = middle;
    else low = middle + 1;
  }
  return children[low] ?? null;
}
