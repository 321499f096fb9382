import { useId, useRef, useState } from "react";
import { Avatar } from "../../ui/avatar.tsx";
import { place } from "../../ui/menu.tsx";
import { joinNames } from "./names.ts";
import type { SeenBy } from "./seen-by.ts";
import styles from "./seen-by-button.module.css";
import { usePeople } from "./use-title.ts";

/** "Seen by 3" under an own message. Pointing at it, pressing it or focusing it shows the names. */
export function SeenByButton(props: { people: SeenBy["people"] }) {
  const people = usePeople(props.people);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const text = `Seen by ${people.length}`;

  function open(): void {
    // Another open popover, such as a menu, would be closed by this one.
    if (document.querySelector(":popover-open") === null) panel.current?.showPopover();
  }
  const close = () => panel.current?.hidePopover();

  return (
    <div className={styles.seen}>
      <button
        ref={button}
        type="button"
        className={styles.button}
        aria-label={`${text}: ${joinNames(
          people.map(({ display_name }) => display_name),
          people.length,
        )}`}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={open}
        onPointerEnter={(event) => {
          if (event.pointerType === "mouse") open();
        }}
        onPointerLeave={(event) => {
          if (event.pointerType === "mouse") close();
        }}
        onFocus={(event) => {
          if (event.currentTarget.matches(":focus-visible")) open();
        }}
        onBlur={close}
      >
        {text}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        className={styles.panel}
        onToggle={(event) => {
          const isShown = event.newState === "open";
          setOpen(isShown);
          if (isShown) place(event.currentTarget, button.current);
        }}
      >
        <p className={styles.title}>Seen by</p>
        <ul>
          {people.map(({ uuid, display_name }) => (
            <li key={uuid} className={styles.person}>
              <Avatar user_uuid={uuid} display_name={display_name} size={24} />
              <span dir="auto">{display_name}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
