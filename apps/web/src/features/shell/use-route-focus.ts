import { useEffect, useRef } from "react";
import { PUBLIC_PAGES } from "../../lib/routes.ts";
import { useRoute } from "../../lib/use-route.ts";

const GIVE_UP_MS = 3_000;
/** The first load also waits for the session. */
const FIRST_GIVE_UP_MS = 10_000;

/**
 * Moves the focus after a change of page: with a mouse or trackpad to the composer of a
 * conversation, otherwise to the heading, because a focused field would open a phone's keyboard.
 * After a load of the document it only focuses the composer. Pages load in steps, so it waits for
 * its target, but it does not take the focus from an element that the person has chosen. The forms
 * of the public pages focus their own field with a mouse or trackpad.
 */
export function useRouteFocus(): void {
  const route = useRoute();
  const key = JSON.stringify(route);
  /** The page with which the document was loaded; null when the person has left it. */
  const loaded = useRef<string | null>(key);
  const isForm = PUBLIC_PAGES.has(route.page);
  const hasComposer = route.page === "message_group" || route.page === "message_group_new";

  useEffect(() => {
    if (loaded.current !== key) loaded.current = null;
    const isLoad = loaded.current !== null;
    const isFine = matchMedia("(pointer: fine)").matches;
    if (isForm && isFine) return;
    // A form has focused its first field.
    if (!hasComposer && document.activeElement instanceof HTMLInputElement) return;
    const wantsComposer = hasComposer && isFine;
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
      // By default the caret is before the draft.
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
  }, [key, hasComposer, isForm]);
}

function find(selector: string): HTMLElement | null {
  const all = [...document.querySelectorAll<HTMLElement>(selector)];
  return all.find((element) => element.checkVisibility()) ?? null;
}
