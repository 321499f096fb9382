import { useEffect, useState } from "react";
import styles from "./skeleton.module.css";

/** The outline of content that is loading. The caller sets its size, so that nothing moves later. */
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

/** True when waiting has lasted for `delayMs`, so that a fast answer shows no sign of waiting. */
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
