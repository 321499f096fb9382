import type { UserShort } from "@cruddur/contract/users";
import { type KeyboardEvent, useRef } from "react";
import { useAnnounce } from "../../lib/announcer.tsx";
import { useSession } from "../../lib/session.tsx";
import { PeopleField, PeopleList } from "../people/people-combobox.tsx";
import { usePeopleCombobox } from "../people/use-people-combobox.ts";
import styles from "./people-picker.module.css";
import { PersonChips } from "./person-chips.tsx";

const NOBODY: readonly UserShort[] = [];
const FULL = "The group is full.";

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
 * Chooses several people. Enter chooses the active person or takes them back, and Backspace in the
 * empty field takes back the last one.
 */
export function PeoplePicker(props: PeoplePickerProps) {
  const { known = NOBODY, chosen, excluded, max, onChange } = props;
  const { user } = useSession();
  const announce = useAnnounce();
  const field = useRef<HTMLInputElement>(null);
  const combobox = usePeopleCombobox({ known, hidden_uuid: user.uuid, onChoose: toggle, onKey });
  const isChosen = ({ uuid }: UserShort) => chosen.some((person) => person.uuid === uuid);
  const refusalOf = ({ uuid }: UserShort) => excluded?.get(uuid);

  function remove(person: UserShort): void {
    onChange(chosen.filter(({ uuid }) => uuid !== person.uuid));
    announce.polite(`${person.display_name} taken back`);
    field.current?.focus();
  }

  function toggle(person: UserShort): void {
    const refusal = refusalOf(person);
    if (refusal !== undefined) announce.polite(`${person.display_name}: ${refusal}`);
    else if (isChosen(person)) remove(person);
    else if (chosen.length >= max) announce.polite(FULL);
    else {
      onChange([...chosen, person]);
      announce.polite(`${person.display_name} chosen, ${chosen.length + 1} in all`);
      combobox.clear();
      field.current?.focus();
    }
  }

  function onKey(event: KeyboardEvent, text: string): boolean {
    const last = chosen.at(-1);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) props.onSubmit();
    else if (event.key === "Backspace" && text === "" && last !== undefined) remove(last);
    else return false;
    return true;
  }

  return (
    <div className={styles.picker}>
      <div className={styles.field}>
        <PersonChips people={chosen} onRemove={remove} />
        <PeopleField ref={field} combobox={combobox} className={styles.input} />
      </div>
      <PeopleList
        combobox={combobox}
        choice={{ isChosen, refusalOf }}
        status={chosen.length >= max ? FULL : undefined}
        className={styles.list}
      />
    </div>
  );
}
