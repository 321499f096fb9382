import { useEffect, useRef } from "react";
import { Avatar } from "../../ui/avatar.tsx";
import styles from "./mention-list.module.css";
import type { MentionCompletion } from "./use-mention-completion.ts";

/** The people who are offered while a handle is typed, above the form. */
export function MentionList({ completion }: { completion: MentionCompletion }) {
  const { people, active, listId, setActive, choose } = completion;
  const activeRef = useRef<HTMLDivElement>(null);
  useEffect(() => {
    activeRef.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  if (people.length === 0) return null;
  return (
    <div id={listId} role="listbox" aria-label="People to mention" className={styles.list}>
      {people.map((person, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
        // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
        <div
          key={person.uuid}
          ref={index === active ? activeRef : null}
          id={`${listId}-${index}`}
          role="option"
          aria-selected={index === active}
          className={styles.option}
          // The focus stays in the field, so that a phone's keyboard stays open.
          onMouseDown={(event) => event.preventDefault()}
          onPointerMove={() => setActive(index)}
          onClick={() => choose(person)}
        >
          <Avatar user_uuid={person.uuid} display_name={person.display_name} size={28} />
          <span className={styles.name} dir="auto">
            {person.display_name}
          </span>
          <span className={styles.handle}>@{person.handle}</span>
        </div>
      ))}
    </div>
  );
}
