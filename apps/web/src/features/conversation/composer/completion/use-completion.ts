import type { UserShort } from "@cruddur/contract/users";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useAnnounce } from "../../lib/announcer.tsx";
import {
  findMentionQuery,
  insertMention,
  type MentionQuery,
  matchPeople,
} from "./mention-query.ts";

export type MentionCompletion = ReturnType<typeof useMentionCompletion>;

/**
 * Offers people while a handle is typed after an @. The field keeps the focus: the arrow keys move
 * the active person, Enter or Tab inserts the handle, and Escape closes the list.
 * @param options.people who can be mentioned; with nobody, nothing is ever offered
 */
export function useMentionCompletion(options: {
  people: readonly UserShort[];
  setText(text: string): void;
}) {
  const { people, setText } = options;
  const id = useId();
  const announce = useAnnounce();
  const field = useRef<HTMLTextAreaElement>(null);
  const [query, setQuery] = useState<MentionQuery | null>(null);
  const [active, setActive] = useState(0);
  /** Where the @ is of the list that the person has closed. */
  const closedAt = useRef<number | null>(null);

  const found = query === null ? [] : matchPeople(people, query.typed);
  const index = Math.min(active, found.length - 1);

  /** Call it after every change of the text and of the selection. */
  function update(element: HTMLTextAreaElement): void {
    field.current = element;
    const isCaret = element.selectionStart === element.selectionEnd;
    const next =
      people.length > 0 && isCaret ? findMentionQuery(element.value, element.selectionStart) : null;
    if (next === null || next.start !== closedAt.current) closedAt.current = null;
    const shown = closedAt.current === null ? next : null;
    if (shown?.typed !== query?.typed) setActive(0);
    const count = shown === null ? 0 : matchPeople(people, shown.typed).length;
    if (count > 0 && count !== found.length) {
      announce.polite(
        `${count === 1 ? "1 person" : `${count} people`} to mention. Enter inserts the handle.`,
      );
    }
    setQuery(shown);
  }

  function close(): void {
    closedAt.current = query?.start ?? null;
    setQuery(null);
  }

  function choose(person: UserShort): void {
    const element = field.current;
    if (query === null || element === null) return;
    const { text, caret } = insertMention(element.value, query, person.handle);
    // The caret can be placed when the field has the text.
    flushSync(() => {
      setText(text);
      setQuery(null);
    });
    element.focus();
    element.setSelectionRange(caret, caret);
  }

  /** @returns true when the key was for the list */
  function onKeyDown(event: KeyboardEvent): boolean {
    const person = found[index];
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    if (person === undefined || isComposing || hasModifier) return false;
    if (event.key === "ArrowDown") setActive((index + 1) % found.length);
    else if (event.key === "ArrowUp") setActive((index - 1 + found.length) % found.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(person);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  const isOpen = found.length > 0;
  return {
    people: found,
    active: index,
    setActive,
    choose,
    close: () => setQuery(null),
    update,
    onKeyDown,
    listId: `${id}-mentions`,
    /** Tells screen readers about the list. Spread it on the field. */
    fieldProps: isOpen
      ? {
          "aria-autocomplete": "list" as const,
          "aria-haspopup": "listbox" as const,
          "aria-controls": `${id}-mentions`,
          "aria-activedescendant": `${id}-mentions-${index}`,
        }
      : {},
  };
}
