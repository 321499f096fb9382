import type { MessageGroup } from "@cruddur/contract/message-groups";
import { useEffect, useEffectEvent } from "react";
import { useLocation } from "wouter";
import { paths } from "../../lib/routes.ts";

/** The regions of the page that F6 goes through. Focus goes to the first visible selector of each. */
const REGIONS: readonly (readonly string[])[] = [
  ["#conversations a[aria-current=page]", "#conversations a", "#conversations button"],
  ["#conversation [role=log] li[tabindex='0']", "#conversation h1", "#conversation button"],
  ["#conversation textarea"],
];

/**
 * Keyboard shortcuts of the inbox: Alt+Up/Down, F6, Ctrl+K, Page Up and Down while writing, `?`, and
 * Escape back to the composer. The dialog of shortcuts lists them.
 */
export function useInboxKeys(options: {
  messageGroups: readonly MessageGroup[];
  open_uuid: string | null;
  onSearch(): void;
  onShortcuts(): void;
}): void {
  const { messageGroups, open_uuid, onSearch, onShortcuts } = options;
  const [, navigate] = useLocation();

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || isInTopLayer(event.target)) return;
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      const at = messageGroups.findIndex((messageGroup) => messageGroup.uuid === open_uuid);
      const next = messageGroups[event.key === "ArrowUp" ? at - 1 : at + 1];
      event.preventDefault();
      if (next !== undefined && (at >= 0 || event.key === "ArrowDown")) {
        navigate(paths.messageGroup(next.uuid));
      }
    } else if (event.key === "F6") {
      event.preventDefault();
      stepRegion(event.shiftKey ? -1 : 1);
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      onSearch();
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      if (scrollFeed(event.target, event.key === "PageUp" ? -1 : 1)) event.preventDefault();
    } else if (isShortcutsKey(event)) {
      event.preventDefault();
      onShortcuts();
    } else if (event.key === "Escape" && !isTextField(event.target)) {
      document.querySelector<HTMLElement>("#conversation textarea")?.focus();
    }
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

function stepRegion(step: 1 | -1): void {
  const targets = REGIONS.map(findVisible).filter((target) => target !== null);
  const active = document.activeElement;
  const at = targets.findLastIndex((target) => regionOf(target)?.contains(active));
  const next = at < 0 ? 0 : (at + step + targets.length) % targets.length;
  const target = targets[next];
  if (target?.tagName === "H1") target.tabIndex = -1;
  target?.focus();
}

function findVisible(selectors: readonly string[]): HTMLElement | null {
  for (const selector of selectors) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found?.checkVisibility()) return found;
  }
  return null;
}

function regionOf(target: HTMLElement): Element | null {
  return target.closest("#conversations, form, #conversation");
}

/** `?` is a character in a text field, where Ctrl+/ does the same. */
function isShortcutsKey({ key, ctrlKey, metaKey, target }: KeyboardEvent): boolean {
  return ctrlKey || metaKey ? key === "/" : key === "?" && !isTextField(target);
}

/** Scrolls the messages from the composer. @returns false when the composer itself can scroll */
function scrollFeed(target: EventTarget | null, step: 1 | -1): boolean {
  if (!(target instanceof HTMLTextAreaElement)) return false;
  const { parentElement: box } = target;
  const feed = document.querySelector("#conversation [role=log]");
  if (feed === null || box === null || box.scrollHeight > box.clientHeight + 1) return false;
  feed.scrollBy({ top: step * 0.9 * feed.clientHeight });
  return true;
}

/** Dialogs and menus handle their own keys. */
function isInTopLayer(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("dialog, [popover]") !== null;
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}
