import { ChevronDownIcon } from "../../../ui/icons.tsx";
import styles from "./jump-to-latest.module.css";

/** The way back to the end, with how many messages came meanwhile. */
export function JumpToLatest({ count, onSelect }: { count: number; onSelect(): void }) {
  const words = count === 0 ? "" : count === 1 ? "1 new message" : `${count} new messages`;
  return (
    <button
      type="button"
      className={styles.jump}
      aria-label={words === "" ? "Jump to latest" : `Jump to latest, ${words}`}
      onClick={onSelect}
    >
      {words}
      <ChevronDownIcon />
    </button>
  );
}
