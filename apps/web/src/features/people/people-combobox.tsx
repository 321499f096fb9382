import type { UserShort } from "@cruddur/contract/users";
import type { Ref } from "react";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { CheckIcon } from "../../ui/icons.tsx";
import styles from "./people-combobox.module.css";
import type { PeopleCombobox } from "./use-people-combobox.ts";

/** The field of a search for people. */
export function PeopleField(props: {
  combobox: PeopleCombobox;
  className?: string | undefined;
  ref?: Ref<HTMLInputElement>;
}) {
  return (
    <input
      {...props.combobox.inputProps}
      ref={props.ref}
      className={props.className}
      type="text"
      role="combobox"
      aria-label="Name or handle"
      aria-expanded={props.combobox.people.length > 0}
      aria-autocomplete="list"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      placeholder="Name or handle"
      maxLength={100}
    />
  );
}

/** Where several people can be chosen, which ones are, and which ones can't be. */
interface Choice {
  isChosen(person: UserShort): boolean;
  /** Why a person can't be chosen; undefined when they can. */
  refusalOf(person: UserShort): string | undefined;
}

/**
 * The people whom a search finds, below a line that says how it went.
 * @param props.choice for a list in which several people can be chosen
 * @param props.status replaces the words of the search
 */
export function PeopleList(props: {
  combobox: PeopleCombobox;
  choice?: Choice;
  status?: string | undefined;
  className?: string | undefined;
}) {
  const { combobox, choice, status = combobox.status, className } = props;
  return (
    <>
      <p className={styles.status} role="status">
        {status}
      </p>
      <div
        {...combobox.listProps}
        role="listbox"
        aria-label="People"
        aria-multiselectable={choice !== undefined || undefined}
        className={`${styles.list} ${className}`}
      >
        {combobox.people.map((person, at) => {
          const refusal = choice?.refusalOf(person);
          const isChosen = choice?.isChosen(person) ?? false;
          return (
            // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus
            <div
              key={person.uuid}
              {...combobox.optionProps(at, person)}
              role="option"
              aria-selected={choice === undefined ? combobox.isActive(at) : isChosen}
              aria-disabled={refusal !== undefined || undefined}
              className={styles.option}
              // The focus stays in the field, so that a phone's keyboard stays open.
              onMouseDown={(event) => event.preventDefault()}
            >
              <Avatar user_uuid={person.uuid} display_name={person.display_name} size={36} />
              <span className={styles.names}>
                <span className={styles.name} dir="auto">
                  {person.display_name}
                </span>
                <span className={styles.handle}>{refusal ?? `@${person.handle}`}</span>
              </span>
              {isChosen && <CheckIcon className={styles.check} />}
            </div>
          );
        })}
      </div>
      {combobox.retry && <Button onClick={combobox.retry}>Try again</Button>}
    </>
  );
}
