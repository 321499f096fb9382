import type { UserShort } from "@cruddur/contract/users";
import type { ReactNode } from "react";
import { PeopleField, PeopleList } from "./people-combobox.tsx";
import styles from "./people-search.module.css";
import { usePeopleCombobox } from "./use-people-combobox.ts";

/**
 * A search for one person.
 * @param props.known people to offer before anything is typed, and while the server cannot be reached
 */
export function PeopleSearch(props: {
  known: readonly UserShort[];
  onSelect(user: UserShort): void;
  /** Stands between the field and the list. */
  children?: ReactNode;
}) {
  const combobox = usePeopleCombobox({ known: props.known, onChoose: props.onSelect });
  return (
    <div className={styles.search}>
      <PeopleField combobox={combobox} className={styles.input} />
      {props.children}
      <PeopleList combobox={combobox} className={styles.list} />
    </div>
  );
}
