import { type ReactNode, useEffect, useEffectEvent, useId, useRef } from "react";
import { openLayer } from "../lib/history.ts";
import { Button } from "./button.tsx";
import styles from "./dialog.module.css";
import { CloseIcon } from "./icons.tsx";

/**
 * A modal dialog on the platform's `<dialog>`. It keeps the focus inside, closes on Escape and on the
 * browser's Back, and gives the focus back. Render it only while it is open.
 */
export function Dialog(props: {
  title: string;
  onClose(): void;
  children: ReactNode;
  /** `top` for content that grows downwards. */
  placement?: "centre" | "top";
}) {
  const { title, onClose, children, placement = "centre" } = props;
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  const onBack = useEffectEvent(onClose);
  useEffect(() => openLayer(() => onBack()), []);

  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    const opener = document.activeElement;
    dialog.showModal();
    // By default the platform focuses the close button, because it comes first.
    dialog.querySelector<HTMLElement>("[data-autofocus], input, textarea, select")?.focus();
    return () => {
      dialog.close();
      // The platform does not return the focus when an open dialog is removed from the page.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has Escape and the close button
    <dialog
      ref={ref}
      className={`${styles.dialog} ${placement === "top" ? styles.top : ""}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className={styles.content}>
        <header className={styles.header}>
          <h2 id={titleId}>{title}</h2>
          <Button tone="plain" iconOnly aria-label="Close" onClick={onClose}>
            <CloseIcon />
          </Button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
