import { createContext, type ReactNode, useContext, useState } from "react";
import styles from "./message-item.module.css";

/** Uuids of the members of a group whom the person has blocked. */
export const HiddenSenders = createContext<readonly string[]>([]);

/** A message, folded while its sender is blocked. The person can show each. */
export function FoldedText({ user_uuid, children }: { user_uuid: string; children: ReactNode }) {
  const isHidden = useContext(HiddenSenders).includes(user_uuid);
  const [isShown, setShown] = useState(false);
  if (!isHidden || isShown) return children;
  return (
    <span className={styles.deleted}>
      Hidden message.{" "}
      <button type="button" onClick={() => setShown(true)}>
        Show
      </button>
    </span>
  );
}
