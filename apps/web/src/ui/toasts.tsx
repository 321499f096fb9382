import { useEffect } from "react";
import { useAnnounce } from "../lib/announcer.tsx";
import { createStore, useStore } from "../lib/store.ts";
import { Button } from "./button.tsx";
import { CloseIcon } from "./icons.tsx";
import styles from "./toasts.module.css";

const SHOWN_MS = 6_000;

export interface Toast {
  text: string;
  tone?: "info" | "danger";
  action?: { label: string; onSelect(): void };
}

const toasts = createStore<readonly (Toast & { id: number })[]>([]);
let nextId = 0;

/** Shows a short note over the page and announces it. A note with an action stays until dismissed. */
export function showToast(toast: Toast): void {
  toasts.set([...toasts.get().slice(-2), { ...toast, id: nextId++ }]);
}

function dismiss(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

export function Toasts() {
  const shown = useStore(toasts);
  if (shown.length === 0) return null;
  return (
    <section aria-label="Notices" className={styles.toasts}>
      {shown.map((toast) => (
        <ToastView key={toast.id} {...toast} onDismiss={() => dismiss(toast.id)} />
      ))}
    </section>
  );
}

function ToastView({ text, tone = "info", action, onDismiss }: Toast & { onDismiss(): void }) {
  const { polite, assertive } = useAnnounce();
  useEffect(() => {
    if (tone === "danger") assertive(text);
    else polite(text);
  }, [text, tone, polite, assertive]);
  useEffect(() => {
    if (action !== undefined) return;
    const timer = setTimeout(onDismiss, SHOWN_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div className={`${styles.toast} ${styles[tone]}`}>
      <p>{text}</p>
      {action && (
        <Button
          tone="plain"
          onClick={() => {
            onDismiss();
            action.onSelect();
          }}
        >
          {action.label}
        </Button>
      )}
      <Button tone="plain" iconOnly aria-label="Dismiss" onClick={onDismiss}>
        <CloseIcon />
      </Button>
    </div>
  );
}
