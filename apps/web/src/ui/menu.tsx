import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { Button } from "./button.tsx";
import styles from "./menu.module.css";

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  tone?: "danger";
  onSelect(): void;
}

/** A button with a menu on the platform's `popover`: top layer, light dismiss, Escape. */
export function Menu(props: { label: string; icon: ReactNode; items: readonly MenuItem[] }) {
  const { label, icon, items } = props;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);

  function place(): void {
    const anchor = button.current?.getBoundingClientRect();
    const panel = menu.current;
    if (anchor === undefined || panel === null) return;
    const fitsBelow = anchor.bottom + panel.offsetHeight + 8 < window.innerHeight;
    panel.style.top = `${fitsBelow ? anchor.bottom + 4 : anchor.top - panel.offsetHeight - 4}px`;
    panel.style.left = `${Math.max(8, Math.min(anchor.right - panel.offsetWidth, window.innerWidth - panel.offsetWidth - 8))}px`;
  }

  function focusItem(step: number | "first" | "last"): void {
    const all = [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = all.findIndex((item) => item === document.activeElement);
    const next = step === "first" ? 0 : step === "last" ? all.length - 1 : at + step;
    all[(next + all.length) % all.length]?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const moves: Record<string, number | "first" | "last"> = {
      ArrowDown: 1,
      ArrowUp: -1,
      Home: "first",
      End: "last",
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      focusItem(move);
    } else if (event.key === "Tab") {
      menu.current?.hidePopover();
    }
  }

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
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className={styles.menu}
        onKeyDown={onKeyDown}
        onToggle={(event) => {
          const open = event.newState === "open";
          setOpen(open);
          if (!open) return;
          place();
          focusItem("first");
        }}
      >
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className={`${styles.item} ${item.tone === "danger" ? styles.danger : ""}`}
            onClick={() => {
              menu.current?.hidePopover();
              item.onSelect();
            }}
          >
            {item.icon}
            {item.label}
          </button>
        ))}
      </div>
    </>
  );
}
