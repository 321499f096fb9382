import { type KeyboardEvent, type ReactNode, type Ref, useId, useRef, useState } from "react";
import { Button } from "./button.tsx";
import styles from "./menu.module.css";

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  tone?: "danger";
  onSelect(): void;
}

/** A button with a menu on the platform's `popover`, which closes on Escape and on a click outside. */
export function Menu(props: { label: string; icon: ReactNode; items: readonly MenuItem[] }) {
  const { label, icon, items } = props;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        ref={button}
        tone="plain"
        iconOnly
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        popoverTarget={id}
      >
        {icon}
      </Button>
      <MenuPanel
        id={id}
        label={label}
        items={items}
        anchor={() => button.current}
        onToggle={setOpen}
      />
    </>
  );
}

/** The menu without a button. Other openers call `showPopover()` on its element. */
export function MenuPanel(props: {
  id?: string;
  label: string;
  items: readonly MenuItem[];
  /** More items, side by side above the others. */
  header?: ReactNode;
  /** Where the menu opens. */
  anchor(): HTMLElement | null;
  onToggle?(isOpen: boolean): void;
  ref?: Ref<HTMLDivElement>;
}) {
  const { id, label, items, header, anchor, onToggle, ref } = props;

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const moves: Record<string, number | "first" | "last"> = {
      ArrowDown: 1,
      ArrowRight: 1,
      ArrowUp: -1,
      ArrowLeft: -1,
      Home: "first",
      End: "last",
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      focusItem(event.currentTarget, move);
    } else if (event.key === "Tab") {
      event.currentTarget.hidePopover();
    }
    // The menu may be inside an element that handles the same keys.
    event.stopPropagation();
  }

  return (
    <div
      ref={ref}
      id={id}
      popover="auto"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      className={styles.menu}
      onKeyDown={onKeyDown}
      onToggle={(event) => {
        const isOpen = event.newState === "open";
        onToggle?.(isOpen);
        if (!isOpen) return;
        place(event.currentTarget, anchor());
      }}
    >
      {header}
      {items.map((item, index) => (
        <button
          key={item.label}
          ref={index === 0 ? focusOnOpening : undefined}
          type="button"
          role="menuitem"
          tabIndex={-1}
          className={`${styles.item} ${item.tone === "danger" ? styles.danger : ""}`}
          onClick={(event) => {
            event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
            item.onSelect();
          }}
        >
          {item.icon}
          {item.label}
        </button>
      ))}
    </div>
  );
}

/**
 * Makes the browser focus this item in the same step in which it shows the menu. The `toggle` event
 * comes later, and a key pressed before it would go to the opener. React does not render the
 * `autofocus` attribute, so it is set here.
 */
export function focusOnOpening(item: HTMLElement | null): void {
  item?.setAttribute("autofocus", "");
}

/** Puts a popover next to the element that it belongs to, inside the window. */
export function place(panel: HTMLElement, anchor: HTMLElement | null): void {
  const box = anchor?.getBoundingClientRect();
  if (box === undefined) return;
  const fitsBelow = box.bottom + panel.offsetHeight + 8 < window.innerHeight;
  const top = fitsBelow ? box.bottom + 4 : box.top - panel.offsetHeight - 4;
  const left = Math.min(box.right - panel.offsetWidth, window.innerWidth - panel.offsetWidth - 8);
  panel.style.top = `${Math.max(8, top)}px`;
  panel.style.left = `${Math.max(8, left)}px`;
}

function focusItem(panel: HTMLElement, step: number | "first" | "last"): void {
  const all = [...panel.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = step === "first" ? 0 : step === "last" ? all.length - 1 : at + step;
  all[(next + all.length) % all.length]?.focus();
}
