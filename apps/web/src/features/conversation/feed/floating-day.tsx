import { type RefObject, useEffect, useState } from "react";
import { timeFormat } from "../../../lib/time.ts";
import { firstVisibleRow } from "../scroll/scroll-anchor.ts";
import styles from "./floating-day.module.css";

/** How long the day stays after the feed has stopped. */
const SHOWN_MS = 1_200;
/** How long a movement may go on after the last input. */
const MOMENTUM_MS = 3_000;
const INPUTS = ["wheel", "touchmove", "keydown", "pointerdown"] as const;

/**
 * The day of the topmost message, over the feed while it is scrolled. Screen readers read the day
 * with the time of each message.
 */
export function FloatingDay(props: {
  viewport: RefObject<HTMLElement | null>;
  list: RefObject<HTMLElement | null>;
}) {
  const { viewport, list } = props;
  const [day, setDay] = useState<string | null>(null);
  const [isShown, setShown] = useState(false);

  useEffect(() => {
    const view = viewport.current;
    if (view === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let frame = 0;
    function update(): void {
      frame = 0;
      if (view === null || list.current === null) return;
      const row = firstVisibleRow(list.current, view);
      const at = row?.querySelector("time")?.dateTime;
      const isNamed = row !== null && isDayInView(row, view);
      if (at !== undefined) setDay(timeFormat.day(at));
      setShown(at !== undefined && !isNamed);
    }
    // The feed also scrolls by itself, to keep its place.
    let movedAt = Number.NEGATIVE_INFINITY;
    const onInput = () => {
      movedAt = performance.now();
    };
    const onScroll = () => {
      if (performance.now() - movedAt > MOMENTUM_MS) return;
      if (frame === 0) frame = requestAnimationFrame(update);
      clearTimeout(timer);
      timer = setTimeout(() => setShown(false), SHOWN_MS);
    };
    for (const type of INPUTS) view.addEventListener(type, onInput, { passive: true });
    view.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      for (const type of INPUTS) view.removeEventListener(type, onInput);
      view.removeEventListener("scroll", onScroll);
    };
  }, [viewport, list]);

  if (day === null) return null;
  return (
    <div className={`${styles.day} ${isShown ? styles.shown : ""}`} aria-hidden="true">
      {day}
    </div>
  );
}

/** Whether the row's own day is named in the feed, directly above it. */
function isDayInView(row: HTMLElement, viewport: HTMLElement): boolean {
  const before = row.previousElementSibling;
  return (
    before instanceof HTMLElement &&
    before.dataset.key?.startsWith("day-") === true &&
    before.getBoundingClientRect().bottom > viewport.getBoundingClientRect().top + 12
  );
}
