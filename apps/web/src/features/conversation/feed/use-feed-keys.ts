import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useRef,
  useState,
} from "react";
import type { MessageCommands } from "../actions/message-commands.ts";
import type { MessageMenuHandle } from "../actions/message-menu.tsx";
import type { MessageAction } from "../actions/message-rules.ts";
import type { FeedRow, MessageRow } from "./feed-rows.ts";

/**
 * Makes the feed one tab stop. Arrow keys move between messages, Home and End go to the ends, Enter
 * opens the menu of a message, R answers it, E edits it, Delete deletes it, and Escape goes back to
 * the composer.
 */
export function useFeedKeys(options: {
  rows: readonly FeedRow[];
  list: RefObject<HTMLOListElement | null>;
  /** Called when End is pressed, because the newest message may not be loaded. */
  onEnd(): void;
  openMenu: MessageMenuHandle["open"];
  commands: MessageCommands;
  onLeave(): void;
}) {
  const latest = useRef(options);
  latest.current = options;
  const [chosen, setChosen] = useState<string | null>(null);
  const messages = options.rows.filter((row) => row.kind === "message");
  const isThere = messages.some((row) => row.key === chosen);

  function focusRow(row: MessageRow | undefined): void {
    const element = row && elementOf(options.list.current, row.key);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest" });
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!(event.target instanceof HTMLLIElement)) return;
    const { key: current } = event.target.dataset;
    const at = messages.findIndex((row) => row.key === current);
    const row = messages[at];
    if (row === undefined) return;
    if (event.key === "ArrowUp") focusRow(messages[Math.max(0, at - 1)]);
    else if (event.key === "ArrowDown") focusRow(messages[at + 1]);
    else if (event.key === "Home") focusRow(messages[0]);
    else if (event.key === "End") {
      options.onEnd();
      focusRow(messages.at(-1));
    } else if (event.key === "Enter") options.openMenu(row, event.target);
    else if (event.key === "Escape") options.onLeave();
    else if (event.key === "r" && can(row, "reply")) options.commands.reply(row);
    else if (event.key === "e" && can(row, "edit")) options.commands.edit(row);
    else if (event.key === "Delete" || event.key === "Backspace") askToDelete(row);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const can = (row: MessageRow, action: MessageAction) =>
    options.commands.actionsOn(row).has(action);

  function askToDelete(row: MessageRow): void {
    const kind = can(row, "delete") ? "delete" : can(row, "hide") ? "hide" : null;
    if (kind !== null) options.commands.ask({ kind, row });
  }

  return {
    /** Key of the row that Tab reaches: the last focused one, or the newest. */
    active: isThere ? chosen : (messages.at(-1)?.key ?? null),
    setActive: setChosen,
    onKeyDown,
    onFocus: useCallback((event: FocusEvent<HTMLElement>) => {
      if (event.target instanceof HTMLLIElement) setChosen(event.target.dataset.key ?? null);
    }, []),
    openMenu: useCallback<MessageMenuHandle["open"]>(
      (...shown) => latest.current.openMenu(...shown),
      [],
    ),
  };
}

function elementOf(list: HTMLElement | null, key: string): HTMLElement | null {
  return list?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
}
