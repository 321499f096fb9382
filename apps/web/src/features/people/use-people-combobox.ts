import type { UserShort } from "@cruddur/contract/users";
import {
  type ChangeEvent,
  type KeyboardEvent,
  type UIEvent,
  useEffect,
  useEffectEvent,
  useId,
  useRef,
  useState,
} from "react";
import { usePeopleSearch } from "./use-people-search.ts";

/** How close to its end, in px, the scrolled list loads more. */
const LOAD_AHEAD_PX = 80;

export type PeopleCombobox = ReturnType<typeof usePeopleCombobox>;

/**
 * A search field with a list of people (ARIA combobox pattern). The field keeps the focus, arrow keys
 * move the active person, and Enter chooses them. The next page is loaded at the end of the list.
 * @param options.known people to offer before anything is typed, and while the server cannot be reached
 * @param options.hidden_uuid a person who is never offered
 * @param options.onKey called before the list handles a key; true when it has handled the key
 */
export function usePeopleCombobox(options: {
  known: readonly UserShort[];
  hidden_uuid?: string;
  onChoose(person: UserShort): void;
  onKey?(event: KeyboardEvent, text: string): boolean;
}) {
  const { known, hidden_uuid, onChoose, onKey } = options;
  const id = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  /** Enter was pressed before the list belonged to the typed text. */
  const [isEntered, setEntered] = useState(false);
  const { people: found, isSettled, ...search } = usePeopleSearch(text, known);
  const people = found.filter(({ uuid }) => uuid !== hidden_uuid);
  const index = Math.min(active, people.length - 1);
  const activeRef = useRef<HTMLDivElement>(null);

  useEffect(() => {
    activeRef.current?.scrollIntoView({ block: "nearest" });
  }, [index]);

  const enter = useEffectEvent(() => {
    setEntered(false);
    const person = people[index];
    if (person !== undefined) onChoose(person);
  });
  // The list must belong to the typed text, so that a fast typist does not choose another person.
  useEffect(() => {
    if (isEntered && isSettled) enter();
  }, [isEntered, isSettled]);

  function move(to: number): void {
    setEntered(false);
    setActive(Math.max(0, Math.min(to, people.length - 1)));
    if (to >= people.length - 2) search.loadMore();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Safari reports an input method by the key code only.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const last = people.length - 1;
    if (event.key === "ArrowDown") move(index === last ? 0 : index + 1);
    else if (event.key === "ArrowUp") move(index <= 0 ? last : index - 1);
    else if (onKey?.(event, text)) setEntered(false);
    else if (event.key === "Enter") {
      search.settle();
      setEntered(true);
    } else return;
    event.preventDefault();
  }

  return {
    people,
    status: search.status,
    retry: search.retry,
    clear(): void {
      setText("");
      setActive(0);
    },
    inputProps: {
      "aria-controls": `${id}-list`,
      "aria-activedescendant": people[index] && `${id}-${index}`,
      value: text,
      onChange(event: ChangeEvent<HTMLInputElement>) {
        setText(event.target.value);
        setActive(0);
        setEntered(false);
      },
      onKeyDown,
    },
    listProps: {
      id: `${id}-list`,
      onScroll({ currentTarget: list }: UIEvent) {
        const isAtEnd = list.scrollTop + list.clientHeight > list.scrollHeight - LOAD_AHEAD_PX;
        if (isAtEnd) search.loadMore();
      },
    },
    isActive: (at: number) => at === index,
    optionProps: (at: number, person: UserShort) => ({
      ref: at === index ? activeRef : null,
      id: `${id}-${at}`,
      "data-active": at === index || undefined,
      onPointerMove: () => setActive(at),
      onClick: () => onChoose(person),
    }),
  };
}
