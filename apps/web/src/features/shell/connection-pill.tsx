import { useEffect } from "react";
import { useAnnounce } from "../../lib/announcer.tsx";
import { type ConnectionState, useConnection } from "../../lib/connection.ts";
import { useSessionState } from "../../lib/session.tsx";
import { timeFormat } from "../../lib/time.ts";
import styles from "./connection-pill.module.css";

const TEXTS: Record<ConnectionState, string> = {
  online: "",
  reconnecting: "Connection lost. Reconnecting…",
  reconnected: "Reconnected",
};

/** The state of the connection, shown over the page, so that no content moves. */
export function ConnectionPill() {
  const connection = useConnection();
  const { state } = useSessionState();
  const { polite } = useAnnounce();
  const asOfMs = state.status === "signed_in" ? state.asOfMs : undefined;
  const text =
    asOfMs === undefined ? TEXTS[connection] : `Offline. As of ${timeFormat.moment(asOfMs)}`;
  useEffect(() => {
    if (text !== "") polite(text);
  }, [text, polite]);
  if (text === "") return null;
  return (
    <div
      className={`${styles.pill} ${asOfMs === undefined ? styles[connection] : ""}`}
      data-testid="connection-pill"
    >
      {text}
    </div>
  );
}
