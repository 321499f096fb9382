import { Dialog } from "../../ui/dialog.tsx";
import styles from "./shortcuts-dialog.module.css";

const SHORTCUTS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["Ctrl", "K"], "Find a person"],
  [["Alt", "↑"], "Previous conversation"],
  [["Alt", "↓"], "Next conversation"],
  [["F6"], "Next part of the page"],
  [["Enter"], "Send the message"],
  [["Shift", "Enter"], "New line"],
  [["↑"], "Edit your last message, in an empty field"],
  [["Page Up"], "Scroll the conversation while you write"],
  [["R"], "Answer the chosen message"],
  [["E"], "Edit the chosen message"],
  [["Delete"], "Delete the chosen message"],
  [["Esc"], "Back to the message you write"],
  [["?"], "These shortcuts, while you don't write"],
  [["Ctrl", "/"], "These shortcuts, everywhere"],
];

/** All shortcuts of the keyboard. */
export default function ShortcutsDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className={styles.list}>
        {SHORTCUTS.map(([keys, what]) => (
          <div key={what} className={styles.row}>
            <dt>{what}</dt>
            <dd className={styles.keys}>
              {keys.map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
