import { type MouseEvent, type PointerEvent, useEffect, useRef } from "react";

const HOLD_MS = 450;
/** A finger never rests quite still; further than this it scrolls. */
const SLACK_PX = 10;
/** A click this soon after a long press is still the same gesture. */
const CLICK_MS = 500;

interface Press {
  element: HTMLElement;
  x: number;
  y: number;
  isLong: boolean;
  timer: ReturnType<typeof setTimeout>;
}

/**
 * A finger held on one of the elements that `selector` finds. It is told at once by `data-pressed`
 * and a buzz, and acted on when the finger lifts: a popover opened under a resting finger would be
 * dismissed by the lifting.
 * @returns handlers for an element around them
 */
export function useLongPress(selector: string, onLongPress: (element: HTMLElement) => void) {
  const press = useRef<Press | null>(null);
  const liftedAt = useRef(Number.NEGATIVE_INFINITY);

  function end(): void {
    if (press.current === null) return;
    clearTimeout(press.current.timer);
    delete press.current.element.dataset.pressed;
    press.current = null;
  }
  useEffect(() => end, []);

  return {
    onPointerDown(event: PointerEvent): void {
      end();
      liftedAt.current = Number.NEGATIVE_INFINITY;
      if (event.pointerType !== "touch" || !event.isPrimary) return;
      const element = (event.target as Element).closest<HTMLElement>(selector);
      if (element === null) return;
      const timer = setTimeout(() => {
        if (press.current !== null) press.current.isLong = true;
        element.dataset.pressed = "";
        navigator.vibrate?.(10);
      }, HOLD_MS);
      press.current = { element, x: event.clientX, y: event.clientY, isLong: false, timer };
    },
    onPointerMove({ clientX, clientY }: PointerEvent): void {
      if (press.current === null) return;
      const { x, y } = press.current;
      if (Math.hypot(clientX - x, clientY - y) > SLACK_PX) end();
    },
    onPointerUp(event: PointerEvent): void {
      const held = press.current;
      end();
      if (!held?.isLong) return;
      liftedAt.current = event.timeStamp;
      // Not within this event, which is what would dismiss it.
      setTimeout(() => onLongPress(held.element));
    },
    onPointerCancel: end,
    /** The browser's own menu, which some show for the same gesture. */
    onContextMenu(event: MouseEvent): void {
      if (press.current !== null) event.preventDefault();
    },
    /** A held link is not followed. */
    onClickCapture(event: MouseEvent): void {
      if (event.timeStamp - liftedAt.current > CLICK_MS) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
