import { type PointerEvent, useEffect, useRef } from "react";

/** Sideways movement from which a touch is a swipe. */
const SLACK_PX = 12;
/** A swipe at least this long counts when the finger lifts. */
const REACH_PX = 56;
/** The element follows the finger no further than this. */
const MAX_PX = 72;

interface Swipe {
  element: HTMLElement;
  x: number;
  y: number;
  /** null until the finger has moved far enough to tell a swipe from a scroll. */
  movedPx: number | null;
}

/**
 * Detects a finger that moves sideways, towards the end of the line, over one of the elements that
 * `selector` matches. They need `touch-action: pan-y`, or the browser takes the gesture for itself.
 * @returns handlers for an element around them
 */
export function useSwipe(selector: string, onSwipe: (element: HTMLElement) => void) {
  const swipe = useRef<Swipe | null>(null);

  function end(): void {
    if (swipe.current === null) return;
    const { element } = swipe.current;
    delete element.dataset.swiped;
    element.style.transform = "";
    swipe.current = null;
  }
  useEffect(() => end, []);

  return {
    onPointerDown(event: PointerEvent): void {
      end();
      if (event.pointerType !== "touch" || !event.isPrimary) return;
      const element = (event.target as Element).closest<HTMLElement>(selector);
      if (element === null) return;
      swipe.current = { element, x: event.clientX, y: event.clientY, movedPx: null };
    },
    onPointerMove(event: PointerEvent): void {
      const current = swipe.current;
      if (current === null) return;
      const x = event.clientX - current.x;
      const y = Math.abs(event.clientY - current.y);
      const isScroll = y > SLACK_PX || x < -SLACK_PX;
      if (current.movedPx === null && isScroll) end();
      if (current.movedPx === null && (isScroll || x < SLACK_PX)) return;
      const movedPx = Math.max(0, Math.min(x, MAX_PX));
      if (movedPx >= REACH_PX && (current.movedPx ?? 0) < REACH_PX) navigator.vibrate?.(10);
      current.movedPx = movedPx;
      current.element.dataset.swiped = "";
      current.element.style.transform = `translateX(${movedPx}px)`;
    },
    onPointerUp(): void {
      const current = swipe.current;
      end();
      if ((current?.movedPx ?? 0) >= REACH_PX && current !== null) onSwipe(current.element);
    },
    onPointerCancel: end,
  };
}
