/** Within this distance of the end, the feed follows the end. */
const PINNED_PX = 40;

export interface SavedPosition {
  /** Key of the row at the top of the viewport. */
  key: string;
  /** Distance of the row's top below the viewport's top, in px. */
  offset: number;
}

export type ScrollAnchor = ReturnType<typeof createScrollAnchor>;

/**
 * Keeps what a person reads in its place while rows are added and removed around it. It remembers
 * the first row at the viewport's top and puts it back after every change. At the end it follows
 * the end instead, until the person moves up. The browser's own scroll anchoring must be off.
 * @param options.content the list. Rows of messages have `data-state` and a `data-key`, and
 *   `data-held` marks the element with the text.
 * @param options.onMove called after every change of position or size
 */
export function createScrollAnchor(options: {
  viewport: HTMLElement;
  content: HTMLElement;
  onMove(): void;
}) {
  const { viewport, content, onMove } = options;
  let row: HTMLElement | null = null;
  /**
   * The part of the row that keeps its place. That is the text, because the space and the name above
   * it depend on the row before.
   */
  let held: Element | null = null;
  /** Distance of the held part's top below the viewport's top, in px. */
  let offset = 0;
  let lastTop = viewport.scrollTop;
  let isPinned = false;
  /** Whether the last row is the newest message. Only then is there an end to follow. */
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
    row = firstVisibleRow(content, viewport);
    held = row?.querySelector("[data-held]") ?? row;
    offset = held === null ? 0 : topOf(held);
  }

  function hold(): void {
    if (isPinned) {
      setTop(viewport.scrollHeight);
      remember();
    } else if (held?.isConnected) {
      // The person has moved, and the scroll event follows later: keep that move.
      offset -= viewport.scrollTop - lastTop;
      const error = topOf(held) - offset;
      if (Math.abs(error) >= 0.5) setTop(viewport.scrollTop + error);
      else lastTop = viewport.scrollTop;
      // Too close to the end the row cannot keep its place, so the new place is remembered.
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
      // Pages of older history that are added below must not move the feed.
      if (!ends || !isEnd) isPinned = false;
      isEnd = ends;
      hold();
    },

    /** Goes to the end and follows it. Scrolls smoothly only over a short distance. */
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

    /** Puts a row's top `below` px under the viewport's top. @returns false when there is no such row */
    toRow(key: string, below: number): boolean {
      const target = content.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (target === null) return false;
      setTop(viewport.scrollTop + topOf(target) - below);
      isPinned = isEnd && distanceToEnd() <= 1;
      remember();
      onMove();
      return true;
    },

    /** @returns the place to return to later; null at the end, which moves */
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
 * The first message that reaches below the viewport's top. A day separator does not count, because
 * it moves up when older messages of its day are loaded.
 */
export function firstVisibleRow(content: HTMLElement, viewport: HTMLElement): HTMLElement | null {
  const { top } = viewport.getBoundingClientRect();
  let row = bisect(content, (element) => element.getBoundingClientRect().bottom > top);
  while (row !== null && !row.matches("[data-state]")) row = row.nextElementSibling;
  return row instanceof HTMLElement ? row : null;
}

/** The last child in view: at least half of it, or half of the viewport, must show. */
export function lastVisibleRow(content: HTMLElement, viewport: HTMLElement): Element | null {
  const { bottom, height } = viewport.getBoundingClientRect();
  const beyond = bisect(content, (element) => {
    const box = element.getBoundingClientRect();
    return box.top + Math.min(box.height, height) / 2 > bottom;
  });
  return beyond === null ? content.lastElementChild : beyond.previousElementSibling;
}

/** The first child for which `isPast` holds. The children are in order of their position. */
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
