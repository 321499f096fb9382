import type { PointerEvent } from "react";
import type { MessageCommands } from "../actions/message-commands.ts";
import type { MessageMenuHandle } from "../actions/message-menu.tsx";
import type { FeedRow, MessageRow } from "./feed-rows.ts";
import { useLongPress } from "./use-long-press.ts";
import { useSwipe } from "./use-swipe.ts";

/**
 * What fingers do to messages: holding one opens its menu, holding its reactions says whose they are,
 * and a swipe answers it.
 * @returns handlers for the list
 */
export function useFeedGestures(options: {
  rows: readonly FeedRow[];
  commands: MessageCommands;
  openMenu: MessageMenuHandle["open"];
}) {
  const { rows, commands, openMenu } = options;

  function rowOf(element: HTMLElement): MessageRow | null {
    const key = element.closest<HTMLElement>("li[data-key]")?.dataset.key;
    const row = rows.find((candidate) => candidate.key === key);
    return row?.kind === "message" ? row : null;
  }

  const press = useLongPress("[data-held]", (held) => {
    const row = rowOf(held);
    if (row === null) return;
    if (held.dataset.held === "reactions") commands.ask({ kind: "reactions", row });
    else openMenu(row, held);
  });
  const swipe = useSwipe("[data-swipe]", (line) => {
    const row = rowOf(line);
    if (row !== null && commands.actionsOn(row).has("reply")) commands.reply(row);
  });
  return {
    ...press,
    onPointerDown(event: PointerEvent): void {
      press.onPointerDown(event);
      swipe.onPointerDown(event);
    },
    onPointerMove(event: PointerEvent): void {
      press.onPointerMove(event);
      swipe.onPointerMove(event);
    },
    onPointerUp(event: PointerEvent): void {
      press.onPointerUp(event);
      swipe.onPointerUp();
    },
    onPointerCancel(): void {
      press.onPointerCancel();
      swipe.onPointerCancel();
    },
  };
}
