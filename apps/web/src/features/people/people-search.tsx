import type { UserShort } from "@cruddur/contract/users";
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useId,
  useRef,
  useState,
} from "react";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import styles from "./people-search.module.css";
import { usePeopleSearch } from "./use-people-search.ts";

/**
 * A search for people (ARIA combobox pattern with a list). The field keeps the focus, arrow keys move
 * the active option, and Enter selects it. The next page is loaded at the end of the list.
 * @param props.known people to offer before anything is typed, and while the server cannot be reached
 */
export function PeopleSearch(props: {
  known: readonly UserShort[];
  onSelect(user: UserShort): void;
  /** Stands between the field and the list. */
  children?: ReactNode;
}) {
  const id = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  /** Enter was pressed before the list belonged to the typed text. */
  const [isEntered, setEntered] = useState(false);
  const { people: options, isSettled, ...search } = usePeopleSearch(text, props.known);
  const activeIndex = Math.min(active, options.length - 1);
  const activeRef = useRef<HTMLDivElement>(null);

  function move(to: number): void {
    setEntered(false);
    setActive(Math.max(0, Math.min(to, options.length - 1)));
    if (to >= options.length - 2) search.loadMore();
  }

  useEffect(() => {
    activeRef.current?.scrollIntoView({ block: "nearest" });
  }, [activeIndex]);

  const select = useEffectEvent(() => {
    setEntered(false);
    const chosen = options[activeIndex];
    if (chosen !== undefined) props.onSelect(chosen);
  });
  // The list must belong to the typed text, so that a fast typist does not select another person.
  useEffect(() => {
    if (isEntered && isSettled) select();
  }, [isEntered, isSettled]);

  function onKeyDown(event: KeyboardEvent): void {
    // Safari reports an input method by the key code only.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const last = options.length - 1;
    if (event.key === "ArrowDown") move(activeIndex === last ? 0 : activeIndex + 1);
    else if (event.key === "ArrowUp") move(activeIndex <= 0 ? last : activeIndex - 1);
    else if (event.key === "Enter") {
      search.settle();
      setEntered(true);
    } else return;
    event.preventDefault();
  }

  return (
    <div className={styles.search}>
      <input
        className={styles.input}
        type="text"
        role="combobox"
        aria-label="Name or handle"
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={options[activeIndex] && `${id}-${activeIndex}`}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder="Name or handle"
        maxLength={100}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
          setEntered(false);
        }}
        onKeyDown={onKeyDown}
      />
      {props.children}
      <p className={styles.status} role="status">
        {search.status}
      </p>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="People"
        className={styles.list}
        onScroll={({ currentTarget: list }) => {
          if (list.scrollTop + list.clientHeight > list.scrollHeight - 80) search.loadMore();
        }}
      >
        {options.map((user, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox handles the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus
          <div
            key={user.uuid}
            ref={index === activeIndex ? activeRef : null}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === activeIndex}
            className={styles.option}
            onPointerMove={() => setActive(index)}
            onClick={() => props.onSelect(user)}
          >
            <Avatar user_uuid={user.uuid} display_name={user.display_name} size={36} />
            <span className={styles.names}>
              <span className={styles.name} dir="auto">
                {user.display_name}
              </span>
              <span className={styles.handle}>@{user.handle}</span>
            </span>
          </div>
        ))}
      </div>
      {search.retry && <Button onClick={search.retry}>Try again</Button>}
    </div>
  );
}
