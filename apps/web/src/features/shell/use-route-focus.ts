import { useEffect, useRef } from "react";
import { useRoute } from "../../lib/use-route.ts";

const GIVE_UP_MS = 3_000;

/**
 * After a change of page, moves focus to where the person goes on: a conversation's composer with
 * a mouse or trackpad, else the heading (a focused field would raise a phone's keyboard). Pages
 * load in steps, so it waits for its target, but takes focus from nothing the person chose since.
 */
export function useRouteFocus(): void {
  const route = useRoute();
  const key = JSON.stringify(route);
  const previous = useRef(key);
  const hasComposer = route.page === "message_group" || route.page === "message_group_new";

  useEffect(() => {
    if (previous.current === key) return;
    previous.current = key;
    // A form that starts in its first field has chosen already.
    if (!hasComposer && document.activeElement instanceof HTMLInputElement) return;
    const wantsComposer = hasComposer && matchMedia("(pointer: fine)").matches;
    const ours: (Element | null)[] = [document.activeElement, document.body];

    const isDone = (): boolean => {
      const active = document.activeElement;
      if (active !== null && !ours.includes(active)) return true;
      const composer = wantsComposer ? find("main textarea:not(:disabled)") : null;
      const target = composer ?? find("main h1");
      if (target === null) return false;
      if (target !== composer) target.tabIndex = -1;
      if (target !== active) target.focus({ preventScroll: true });
      ours.push(target);
      return !wantsComposer || composer !== null;
    };

    if (isDone()) return;
    const observer = new MutationObserver(() => {
      if (isDone()) observer.disconnect();
    });
    observer.observe(document.body, { childList: true, subtree: true });
    const timer = setTimeout(() => observer.disconnect(), GIVE_UP_MS);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [key, hasComposer]);
}

function find(selector: string): HTMLElement | null {
  const all = [...document.querySelectorAll<HTMLElement>(selector)];
  return all.find((element) => element.checkVisibility()) ?? null;
}
