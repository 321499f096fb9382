import { type MouseEvent, type PointerEvent, useEffect, useRef } from "react";

const HOLD_MS = 450;
/** A finger that moves further than this scrolls. */
const SLACK_PX = 10;
/** A click this soon after a long press belongs to the same gesture. */
const CLICK_MS = 500;

interface Press {
  element: HTMLElement;
  x: number;
  y: number;
  isLong: boolean;
  timer: ReturnType<typeof setTimeout>;
}

/**
 * Detects a finger held on one of the elements that `selector` matches. `data-pressed` and a
 * vibration confirm the press at once. The callback runs when the finger lifts, because lifting
 * would close a popover that opened before.
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
      // After this event, which would close the popover.
      setTimeout(() => onLongPress(held.element));
    },
    onPointerCancel: end,
    /** Prevents the menu that some browsers show for the same gesture. */
    onContextMenu(event: MouseEvent): void {
      if (press.current !== null) event.preventDefault();
    },
    /** Prevents that a held link is followed. */
    onClickCapture(event: MouseEvent): void {
      if (event.timeStamp - liftedAt.current > CLICK_MS) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
