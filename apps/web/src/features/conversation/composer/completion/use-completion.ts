import { type KeyboardEvent, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useAnnounce } from "../../../../lib/announcer.tsx";
import {
  type CompletionOption,
  type CompletionQuery,
  type CompletionSource,
  insertCompletion,
} from "./completion.ts";

export type Completion = ReturnType<typeof useCompletion>;

/**
 * Offers what can complete the typed text. The field keeps the focus: the arrow keys move the active
 * option, Enter or Tab inserts it, and Escape closes the list.
 */
export function useCompletion(options: {
  sources: readonly CompletionSource[];
  setText(text: string): void;
}) {
  const { sources, setText } = options;
  const listId = `${useId()}-completion`;
  const announce = useAnnounce();
  const field = useRef<HTMLTextAreaElement>(null);
  const [open, setOpen] = useState<{ label: string; query: CompletionQuery } | null>(null);
  const [active, setActive] = useState(0);
  /** Where the sign is of the list that the person has closed. */
  const closedAt = useRef<number | null>(null);

  const source = sources.find(({ label }) => label === open?.label);
  const found = open === null ? [] : (source?.match(open.query.typed) ?? []);
  const index = Math.min(active, found.length - 1);

  /** Call it after every change of the text and of the selection. */
  function update(element: HTMLTextAreaElement): void {
    field.current = element;
    const next = findOpen(sources, element);
    if (next === null || next.query.start !== closedAt.current) closedAt.current = null;
    const shown = closedAt.current === null ? next : null;
    const finished = shown?.source.finish?.(shown.query.typed) ?? null;
    if (shown !== null && finished !== null) {
      const { start, end } = shown.query;
      const before = element.value.slice(0, start) + finished;
      replace(element, before + element.value.slice(end), before.length);
      return;
    }
    if (shown?.query.typed !== open?.query.typed) setActive(0);
    const count = shown?.source.match(shown.query.typed).length ?? 0;
    if (shown !== null && count > 0 && count !== found.length) {
      announce.polite(`${shown.source.describe(count)}. Enter inserts it.`);
    }
    setOpen(shown && { label: shown.source.label, query: shown.query });
  }

  function replace(element: HTMLTextAreaElement, text: string, caret: number): void {
    // The caret can be placed when the field has the text.
    flushSync(() => {
      setText(text);
      setOpen(null);
    });
    element.focus();
    element.setSelectionRange(caret, caret);
  }

  function close(): void {
    closedAt.current = open?.query.start ?? null;
    setOpen(null);
  }

  function choose(option: CompletionOption): void {
    const element = field.current;
    if (open === null || element === null) return;
    const { text, caret } = insertCompletion(element.value, open.query, option.text);
    replace(element, text, caret);
  }

  /** @returns true when the key was for the list */
  function onKeyDown(event: KeyboardEvent): boolean {
    const option = found[index];
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    if (option === undefined || isComposing || hasModifier) return false;
    if (event.key === "ArrowDown") setActive((index + 1) % found.length);
    else if (event.key === "ArrowUp") setActive((index - 1 + found.length) % found.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(option);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  const isOpen = found.length > 0;
  return {
    options: found,
    label: source?.label ?? "",
    active: index,
    setActive,
    choose,
    close: () => setOpen(null),
    update,
    onKeyDown,
    listId,
    /** Tells screen readers about the list. Spread it on the field. */
    fieldProps: isOpen
      ? {
          "aria-autocomplete": "list" as const,
          "aria-haspopup": "listbox" as const,
          "aria-controls": listId,
          "aria-activedescendant": `${listId}-${index}`,
        }
      : {},
  };
}

/** What is being typed at the caret. */
function findOpen(sources: readonly CompletionSource[], element: HTMLTextAreaElement) {
  if (element.selectionStart !== element.selectionEnd) return null;
  for (const source of sources) {
    const query = source.find(element.value, element.selectionStart);
    if (query !== null) return { source, query };
  }
  return null;
}
