import { useEffect } from "react";
import { useAnnounce } from "../../lib/announcer.tsx";
import { type ConnectionState, useConnection } from "../../lib/connection.ts";
import styles from "./connection-pill.module.css";

const TEXTS: Record<Exclude<ConnectionState, "online">, string> = {
  reconnecting: "Connection lost. Reconnecting…",
  reconnected: "Reconnected",
};

/** The state of the connection, shown over the page, so that no content moves. */
export function ConnectionPill() {
  const connection = useConnection();
  const { polite } = useAnnounce();
  useEffect(() => {
    if (connection !== "online") polite(TEXTS[connection]);
  }, [connection, polite]);
  if (connection === "online") return null;
  return (
    <div className={`${styles.pill} ${styles[connection]}`} data-testid="connection-pill">
      {TEXTS[connection]}
    </div>
  );
}
