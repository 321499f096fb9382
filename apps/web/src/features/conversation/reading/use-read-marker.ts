import type { Message } from "@cruddur/contract/messages";
import { useEffect, useRef, useState } from "react";
import { isCounted } from "../feed/feed-rows.ts";
import { createReadTracker } from "./read-tracker.ts";

interface ReadMarkerOptions {
  /** The newest message that was read before this visit; "" before the first. */
  marker: string;
  user_uuid: string;
  messages: readonly Message[];
  markRead(message_uuid: string, signal: AbortSignal): Promise<unknown>;
}

/**
 * Moves the read marker to the newest message that was in view for a second, while the page is
 * visible and has focus.
 */
export function useReadMarker(
  options: ReadMarkerOptions,
): Pick<ReturnType<typeof createReadTracker>, "setVisible" | "readNow"> {
  const latest = useRef(options);
  latest.current = options;
  const [tracker] = useState(() =>
    createReadTracker({
      marker: options.marker,
      isLooking: () => document.visibilityState === "visible" && document.hasFocus(),
      hasUnread: (after, upTo) =>
        latest.current.messages.some(
          (message) =>
            message.uuid > after &&
            message.uuid <= upTo &&
            isCounted(message, latest.current.user_uuid),
        ),
      markRead: (message_uuid, signal) => latest.current.markRead(message_uuid, signal),
    }),
  );

  useEffect(() => {
    const { refresh, stop } = tracker;
    document.addEventListener("visibilitychange", refresh);
    window.addEventListener("focus", refresh);
    window.addEventListener("blur", refresh);
    // The focus may have changed between the first layout and this effect.
    refresh();
    return () => {
      document.removeEventListener("visibilitychange", refresh);
      window.removeEventListener("focus", refresh);
      window.removeEventListener("blur", refresh);
      stop();
    };
  }, [tracker]);

  return tracker;
}
