import type { MessageGroup } from "@cruddur/contract/message-groups";
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { readVisibleRows } from "./use-row-window.ts";

/** Where the list was left, for the way back from the settings. */
let left = { place: "", top: 0 };

/**
 * Keeps the place in a scrolled list: when rows move, when another conversation is opened with the
 * keyboard, and when the person comes back from another page.
 * @param options.list its parent scrolls it
 * @param options.place names the list and its person
 */
export function useListScroll(options: {
  messageGroups: readonly MessageGroup[];
  open_uuid: string | null;
  place: string;
  list: RefObject<HTMLElement | null>;
}): void {
  const { messageGroups, open_uuid, place, list } = options;
  const before = useRef(messageGroups);

  useLayoutEffect(() => {
    const scroller = list.current?.parentElement;
    if (!scroller) return;
    if (left.place === place) scroller.scrollTop = left.top;
    left = { place, top: scroller.scrollTop };
    // A list that is hidden behind the conversation has no position.
    const onScroll = () => {
      if (scroller.clientHeight > 0) left.top = scroller.scrollTop;
    };
    scroller.addEventListener("scroll", onScroll, { passive: true });
    return () => scroller.removeEventListener("scroll", onScroll);
  }, [place, list]);

  // The browsers' own way of doing so takes no account of rows that are placed by their index.
  useLayoutEffect(() => {
    const was = before.current;
    before.current = messageGroups;
    const scroller = list.current?.parentElement;
    const rows = readVisibleRows(list.current, messageGroups.length);
    if (was === messageGroups || rows === null || !scroller) return;
    // At the top, the newest conversation is what one wants to see.
    if (scroller.scrollTop < rows.height) return;
    const shown = new Map(was.slice(rows.from, rows.to).map(({ uuid }, at) => [uuid, at]));
    const shifts = messageGroups.flatMap(({ uuid }, at) => {
      const wasAt = shown.get(uuid);
      return wasAt === undefined ? [] : [at - rows.from - wasAt];
    });
    // The median: one of the rows in view may be the one that moved to the top.
    const shift = shifts.sort((a, b) => a - b)[shifts.length >> 1] ?? 0;
    if (shift !== 0) scroller.scrollTop += shift * rows.height;
  }, [messageGroups, list]);

  const opened = useRef(open_uuid);
  useEffect(() => {
    if (opened.current === open_uuid) return;
    opened.current = open_uuid;
    list.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
  }, [open_uuid, list]);
}
