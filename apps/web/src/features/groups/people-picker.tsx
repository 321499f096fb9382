import type { UserShort } from "@cruddur/contract/users";
import { type KeyboardEvent, useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { useAnnounce } from "../../lib/announcer.tsx";
import { useSession } from "../../lib/session.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { CheckIcon } from "../../ui/icons.tsx";
import { usePeopleSearch } from "../people/use-people-search.ts";
import styles from "./people-picker.module.css";
import { PersonChips } from "./person-chips.tsx";

const NOBODY: readonly UserShort[] = [];

interface PeoplePickerProps {
  /** People to offer before anything is typed. */
  known?: readonly UserShort[];
  chosen: readonly UserShort[];
  /** People who can't be chosen, by uuid, with the reason. */
  excluded?: ReadonlyMap<string, string>;
  /** How many people can be chosen. */
  max: number;
  onChange(chosen: readonly UserShort[]): void;
  /** Called on Ctrl+Enter. */
  onSubmit(): void;
}

/**
 * Chooses several people (ARIA combobox pattern with a list). Enter chooses the active person or
 * takes them back, and Backspace in the empty field takes back the last one.
 */
export function PeoplePicker(props: PeoplePickerProps) {
  const { known = NOBODY, chosen, excluded, max, onChange } = props;
  const id = useId();
  const { user } = useSession();
  const announce = useAnnounce();
  const field = useRef<HTMLInputElement>(null);
  const activeRef = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  /** Enter was pressed before the list belonged to the typed text. */
  const [isEntered, setEntered] = useState(false);
  const { people, isSettled, ...search } = usePeopleSearch(text, known);
  const options = people.filter(({ uuid }) => uuid !== user.uuid);
  const index = Math.min(active, options.length - 1);
  const isChosen = ({ uuid }: UserShort) => chosen.some((person) => person.uuid === uuid);

  useEffect(() => {
    activeRef.current?.scrollIntoView({ block: "nearest" });
  }, [index]);

  function remove(person: UserShort): void {
    onChange(chosen.filter(({ uuid }) => uuid !== person.uuid));
    announce.polite(`${person.display_name} taken back`);
    field.current?.focus();
  }

  function toggle(person: UserShort): void {
    const reason = excluded?.get(person.uuid);
    if (reason !== undefined) announce.polite(`${person.display_name}: ${reason}`);
    else if (isChosen(person)) remove(person);
    else if (chosen.length >= max) announce.polite("The group is full.");
    else {
      onChange([...chosen, person]);
      announce.polite(`${person.display_name} chosen, ${chosen.length + 1} in all`);
      setText("");
      setActive(0);
      field.current?.focus();
    }
  }

  const enter = useEffectEvent(() => {
    setEntered(false);
    const person = options[index];
    if (person !== undefined) toggle(person);
  });
  // The list must belong to the typed text, so that a fast typist does not choose another person.
  useEffect(() => {
    if (isEntered && isSettled) enter();
  }, [isEntered, isSettled]);

  function move(to: number): void {
    setEntered(false);
    setActive(Math.max(0, Math.min(to, options.length - 1)));
    if (to >= options.length - 2) search.loadMore();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Safari reports an input method by the key code only.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const last = chosen.at(-1);
    if (event.key === "ArrowDown") move(index === options.length - 1 ? 0 : index + 1);
    else if (event.key === "ArrowUp") move(index <= 0 ? options.length - 1 : index - 1);
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) props.onSubmit();
    else if (event.key === "Enter") {
      search.settle();
      setEntered(true);
    } else if (event.key === "Backspace" && text === "" && last !== undefined) remove(last);
    else return;
    event.preventDefault();
  }

  return (
    <div className={styles.picker}>
      <div className={styles.field}>
        <PersonChips people={chosen} onRemove={remove} />
        <input
          ref={field}
          className={styles.input}
          type="text"
          role="combobox"
          aria-label="Name or handle"
          aria-expanded={options.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={options[index] && `${id}-${index}`}
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
      </div>
      <p className={styles.status} role="status">
        {chosen.length >= max ? "The group is full." : search.status}
      </p>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="People"
        aria-multiselectable
        className={styles.list}
        onScroll={({ currentTarget: list }) => {
          if (list.scrollTop + list.clientHeight > list.scrollHeight - 80) search.loadMore();
        }}
      >
        {options.map((person, at) => {
          const reason = excluded?.get(person.uuid);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox handles the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus
            <div
              key={person.uuid}
              ref={at === index ? activeRef : null}
              id={`${id}-${at}`}
              role="option"
              aria-selected={isChosen(person)}
              aria-disabled={reason !== undefined || undefined}
              data-active={at === index || undefined}
              className={styles.option}
              onMouseDown={(event) => event.preventDefault()}
              onPointerMove={() => setActive(at)}
              onClick={() => toggle(person)}
            >
              <Avatar user_uuid={person.uuid} display_name={person.display_name} size={36} />
              <span className={styles.names}>
                <span className={styles.name} dir="auto">
                  {person.display_name}
                </span>
                <span className={styles.handle}>{reason ?? `@${person.handle}`}</span>
              </span>
              {isChosen(person) && <CheckIcon className={styles.check} />}
            </div>
          );
        })}
      </div>
      {search.retry && <Button onClick={search.retry}>Try again</Button>}
    </div>
  );
}
