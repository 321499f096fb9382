import { useEffect, useRef } from "react";
import styles from "./completion-list.module.css";
import type { Completion } from "./use-completion.ts";

/** What is offered while something is typed, above the form. */
export function CompletionList({ completion }: { completion: Completion }) {
  const { options, label, active, listId, setActive, choose } = completion;
  const activeRef = useRef<HTMLDivElement>(null);
  useEffect(() => {
    activeRef.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  if (options.length === 0) return null;
  return (
    <div id={listId} role="listbox" aria-label={label} className={styles.list}>
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
        // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
        <div
          key={option.key}
          ref={index === active ? activeRef : null}
          id={`${listId}-${index}`}
          role="option"
          aria-selected={index === active}
          className={styles.option}
          // The focus stays in the field, so that a phone's keyboard stays open.
          onMouseDown={(event) => event.preventDefault()}
          onPointerMove={() => setActive(index)}
          onClick={() => choose(option)}
        >
          <span className={styles.picture}>{option.picture}</span>
          <span className={styles.name} dir="auto">
            {option.name}
          </span>
          <span className={styles.handle}>{option.detail}</span>
        </div>
      ))}
    </div>
  );
}
