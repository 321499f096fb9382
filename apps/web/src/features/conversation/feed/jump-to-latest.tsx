import { ChevronDownIcon } from "../../../ui/icons.tsx";
import styles from "./jump-to-latest.module.css";

/** Goes back to the end, and shows how many messages arrived since. */
export function JumpToLatest({ count, onSelect }: { count: number; onSelect(): void }) {
  const text = count === 0 ? "" : count === 1 ? "1 new message" : `${count} new messages`;
  return (
    <button
      type="button"
      className={styles.jump}
      aria-label={text === "" ? "Jump to latest" : `Jump to latest, ${text}`}
      onClick={onSelect}
    >
      {text}
      <ChevronDownIcon />
    </button>
  );
}
