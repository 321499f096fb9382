import { useEffect, useState } from "react";
import styles from "./skeleton.module.css";

/** The shape of what is coming. Sized by the caller so that nothing moves when it arrives. */
export function Skeleton(props: { width?: number | string; height: number; round?: boolean }) {
  const { width = "100%", height, round } = props;
  return (
    <span
      className={`${styles.skeleton} ${round ? styles.round : ""}`}
      style={{ width, height }}
      aria-hidden="true"
    />
  );
}

/** True once waiting has lasted long enough to be worth a mark; a fast answer then never flickers. */
export function useDelayed(isWaiting: boolean, delayMs = 300): boolean {
  const [isDue, setDue] = useState(false);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => setDue(true), delayMs);
    return () => {
      clearTimeout(timer);
      setDue(false);
    };
  }, [isWaiting, delayMs]);
  return isWaiting && isDue;
}
