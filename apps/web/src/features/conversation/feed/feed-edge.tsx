import { Button } from "../../../ui/button.tsx";
import styles from "./message-feed.module.css";

/** The line before the first or after the last loaded row. Its height is always the same. */
export function FeedEdge(props: {
  state: "idle" | "loading" | "failed";
  /** Nothing is left to load at this end. */
  isEnd: boolean;
  end: string | null;
  onRetry(): Promise<void>;
}) {
  if (props.isEnd) return props.end && <p className={styles.edge}>{props.end}</p>;
  if (props.state !== "failed") return <p className={styles.edge}>Loading more…</p>;
  return (
    <p className={styles.edge}>
      More messages couldn't be loaded.{" "}
      <Button tone="plain" onClick={() => void props.onRetry()}>
        Try again
      </Button>
    </p>
  );
}
