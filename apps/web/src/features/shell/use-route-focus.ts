import { useEffect, useRef } from "react";
import { useRoute } from "../../lib/use-route.ts";

const GIVE_UP_MS = 3_000;
/** A first load also waits for the session. */
const FIRST_GIVE_UP_MS = 10_000;

/**
 * After a change of page, moves focus to where the person goes on: a conversation's composer with
 * a mouse or trackpad, else the heading (a focused field would raise a phone's keyboard). On a
 * load the composer only: the browser starts at the top of anything else by itself. Pages load in
 * steps, so it waits for its target, but takes focus from nothing the person chose since.
 */
export function useRouteFocus(): void {
  const route = useRoute();
  const key = JSON.stringify(route);
  /** The page that was loaded; null once it is left. */
  const loaded = useRef<string | null>(key);
  const hasComposer = route.page === "message_group" || route.page === "message_group_new";

  useEffect(() => {
    if (loaded.current !== key) loaded.current = null;
    const isLoad = loaded.current !== null;
    // A form that starts in its first field has chosen already.
    if (!hasComposer && document.activeElement instanceof HTMLInputElement) return;
    const wantsComposer = hasComposer && matchMedia("(pointer: fine)").matches;
    if (isLoad && !wantsComposer) return;
    const ours: (Element | null)[] = [document.activeElement, document.body];

    const isDone = (): boolean => {
      const active = document.activeElement;
      if (active !== null && !ours.includes(active)) return true;
      const composer = wantsComposer ? find("main textarea:not(:disabled)") : null;
      const target = composer ?? (isLoad ? null : find("main h1"));
      if (target === null) return false;
      if (target !== composer) target.tabIndex = -1;
      if (target !== active) target.focus({ preventScroll: true });
      // Left alone, the caret stands before a draft.
      if (target instanceof HTMLTextAreaElement) target.selectionStart = target.value.length;
      ours.push(target);
      return !wantsComposer || composer !== null;
    };

    if (isDone()) return;
    const observer = new MutationObserver(() => {
      if (isDone()) observer.disconnect();
    });
    observer.observe(document.body, { childList: true, subtree: true });
    const timer = setTimeout(() => observer.disconnect(), isLoad ? FIRST_GIVE_UP_MS : GIVE_UP_MS);
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
