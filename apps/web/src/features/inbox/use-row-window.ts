import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useState } from "react";

/** A list of at most this many rows is in the page as a whole. */
const WHOLE_ROWS = 60;
/** How many rows above and below the visible ones are in the page, for the next moments of a scroll. */
const MARGIN_ROWS = 20;
/** The window moves by this many rows, so that most scroll events render nothing. */
const STEP_ROWS = 10;

/**
 * Which rows of a long list are in the page: those near the visible part. A library is not needed,
 * since all rows have the same height, and it would make the first load larger.
 * @param options.list holds the rows, which all have the same height, and is as high as all of them;
 * its parent scrolls it
 * @returns the first one's index, and the index after the last one
 */
export function useRowWindow(options: { count: number; list: RefObject<HTMLElement | null> }): {
  from: number;
  to: number;
} {
  const { count, list } = options;
  const [window, setWindow] = useState({ from: 0, to: WHOLE_ROWS });

  const onMove = useEffectEvent(() => {
    const rows = readVisibleRows(list.current, count);
    if (rows === null) return;
    const from = Math.floor((rows.from - MARGIN_ROWS) / STEP_ROWS) * STEP_ROWS;
    const to = Math.ceil((rows.to + MARGIN_ROWS) / STEP_ROWS) * STEP_ROWS;
    setWindow((before) => (before.from === from && before.to === to ? before : { from, to }));
  });
  useLayoutEffect(onMove, [count]);
  useEffect(() => {
    const scroller = list.current?.parentElement;
    if (!scroller) return;
    const listener = () => onMove();
    const observer = new ResizeObserver(listener);
    observer.observe(scroller);
    scroller.addEventListener("scroll", listener, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener("scroll", listener);
    };
  }, [list]);

  if (count <= WHOLE_ROWS) return { from: 0, to: count };
  return { from: Math.max(0, window.from), to: Math.min(count, window.to) };
}

/** The rows in view and their height in pixels; null while a phone shows the conversation instead. */
export function readVisibleRows(
  list: HTMLElement | null,
  count: number,
): { from: number; to: number; height: number } | null {
  const scroller = list?.parentElement;
  if (!list || !scroller || scroller.clientHeight === 0 || count === 0) return null;
  const { top, height: total } = list.getBoundingClientRect();
  const height = total / count;
  const above = scroller.getBoundingClientRect().top - top;
  const from = Math.max(0, Math.floor(above / height));
  return { from, to: Math.ceil((above + scroller.clientHeight) / height), height };
}
