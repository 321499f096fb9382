import { useEffect } from "react";
import { useAnnounce } from "../../lib/announcer.tsx";
import { type ConnectionState, useConnection } from "../../lib/connection.ts";
import styles from "./connection-pill.module.css";

const WORDS: Record<Exclude<ConnectionState, "online">, string> = {
  reconnecting: "Connection lost. Reconnecting…",
  reconnected: "Reconnected",
};

/** Lies over the page, so that nothing moves when it comes and goes. */
export function ConnectionPill() {
  const connection = useConnection();
  const { polite } = useAnnounce();
  useEffect(() => {
    if (connection !== "online") polite(WORDS[connection]);
  }, [connection, polite]);
  if (connection === "online") return null;
  return (
    <div className={`${styles.pill} ${styles[connection]}`} data-testid="connection-pill">
      {WORDS[connection]}
    </div>
  );
}
