import type { Message } from "@cruddur/contract/messages";
import { useEffect, useRef, useState } from "react";
import { createReadProgress } from "./read-progress.ts";

/** One request a second at most; the newest marker makes the ones between needless. */
const THROTTLE_MS = 1_000;
const RETRY_MS = 5_000;

/**
 * Marks what has been seen as read: a row in view for a second, on a page that is visible and has
 * focus. Markers only move forward, and only others' messages are worth a request.
 * @param marker the newest message read before this visit; "" before the first
 * @param markRead tells the server; a failure is tried again
 * @returns call it with the newest visible message after every move
 */
export function useReadMarker(options: {
  marker: string;
  user_uuid: string;
  messages: readonly Message[];
  markRead(message_uuid: string): Promise<unknown>;
}): (message_uuid: string | null) => void {
  const latest = useRef(options);
  latest.current = options;
  const [tracker] = useState(() => createTracker(latest));

  useEffect(() => {
    const { refresh, stop } = tracker;
    document.addEventListener("visibilitychange", refresh);
    window.addEventListener("focus", refresh);
    window.addEventListener("blur", refresh);
    return () => {
      document.removeEventListener("visibilitychange", refresh);
      window.removeEventListener("focus", refresh);
      window.removeEventListener("blur", refresh);
      stop();
    };
  }, [tracker]);

  return tracker.look;
}

function createTracker(latest: { current: Parameters<typeof useReadMarker>[0] }) {
  const progress = createReadProgress(latest.current.marker);
  let visible: string | null = null;
  let sent = latest.current.marker;
  let wanted = sent;
  let isSending = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function refresh(): void {
    const isLooking = document.visibilityState === "visible" && document.hasFocus();
    const nowMs = Date.now();
    progress.look(isLooking ? visible : null, nowMs);
    const read = progress.take(nowMs);
    if (read !== null && hasUnread(read)) {
      wanted = read;
      void send();
    }
    clearTimeout(timer);
    const dueMs = progress.dueMs();
    if (dueMs !== null) timer = setTimeout(refresh, Math.max(0, dueMs - nowMs));
  }

  function hasUnread(upTo: string): boolean {
    const { messages, user_uuid } = latest.current;
    return messages.some(
      ({ uuid, user_uuid: author }) => uuid > sent && uuid <= upTo && author !== user_uuid,
    );
  }

  async function send(): Promise<void> {
    if (isSending || wanted <= sent) return;
    isSending = true;
    const target = wanted;
    const isDone = await latest.current.markRead(target).then(
      () => true,
      () => false,
    );
    if (isDone) sent = target;
    setTimeout(
      () => {
        isSending = false;
        void send();
      },
      isDone ? THROTTLE_MS : RETRY_MS,
    );
  }

  return {
    refresh,
    look(message_uuid: string | null): void {
      if (message_uuid === visible) return;
      visible = message_uuid;
      refresh();
    },
    stop: () => clearTimeout(timer),
  };
}
