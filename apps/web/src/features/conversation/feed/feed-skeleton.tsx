import { Skeleton, useDelayed } from "../../../ui/skeleton.tsx";
import styles from "./feed-skeleton.module.css";

const WIDTHS = ["52%", "34%", "61%", "28%", "45%"];

/** The outline of a conversation, shown when loading takes longer than a moment. */
export function FeedSkeleton() {
  const isShown = useDelayed(true);
  return (
    <div className={styles.skeleton} aria-busy="true" data-testid="feed-skeleton">
      <span className="visually-hidden">Loading messages</span>
      {isShown &&
        WIDTHS.map((width, index) => (
          <div key={width} className={index % 2 === 0 ? styles.other : styles.own}>
            <Skeleton width={width} height={36} />
          </div>
        ))}
    </div>
  );
}
