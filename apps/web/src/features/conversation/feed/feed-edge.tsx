import { Button } from "../../../ui/button.tsx";
import styles from "./message-feed.module.css";

/** What stands before the first or after the last loaded row, of one height whatever it says. */
export function FeedEdge(props: {
  state: "idle" | "loading" | "failed";
  /** The history ends here, so nothing is left to load. */
  isEnd: boolean;
  end: string | null;
  onRetry(): Promise<void>;
}) {
  if (props.isEnd) return props.end && <p className={styles.edge}>{props.end}</p>;
  if (props.state !== "failed") return <p className={styles.edge}>Loading more…</p>;
  return (
    <p className={styles.edge}>
      More couldn't be loaded.{" "}
      <Button tone="plain" onClick={() => void props.onRetry()}>
        Try again
      </Button>
    </p>
  );
}
