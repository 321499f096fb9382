import type { UserShort } from "@cruddur/contract/users";
import { Avatar } from "../../ui/avatar.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { CloseIcon } from "../../ui/icons.tsx";
import styles from "./people-picker.module.css";

/** The chosen people. Each one can be taken back. */
export function PersonChips(props: {
  people: readonly UserShort[];
  onRemove(person: UserShort): void;
}) {
  const { people, onRemove } = props;
  if (people.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label="Chosen people">
      {people.map((person) => (
        <li key={person.uuid} className={styles.chip}>
          <Avatar user_uuid={person.uuid} display_name={person.display_name} size={24} />
          <span className={styles.chipName} dir="auto">
            {person.display_name}
          </span>
          <IconButton
            aria-label={`Take back ${person.display_name}`}
            onClick={() => onRemove(person)}
          >
            <CloseIcon width={14} height={14} />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
