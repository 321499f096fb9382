import { useEffect, useRef } from "react";
import type { useMessageGroup } from "../use-message-group.ts";

/**
 * Takes the mark off a conversation that was marked as unread, once for each visit: whoever opens it
 * has dealt with the mark, also where every message was read before.
 */
export function useClearMark({ data, markRead }: ReturnType<typeof useMessageGroup>): void {
  const isDone = useRef(false);
  const isMarked = data?.marked_unread;
  const message_uuid = data?.last_message_uuid;
  useEffect(() => {
    if (isDone.current || isMarked === undefined) return;
    isDone.current = true;
    if (!isMarked || !message_uuid) return;
    // The mark stays where the call fails, and the next visit takes it off.
    markRead(message_uuid, new AbortController().signal).catch(() => {});
  }, [isMarked, message_uuid, markRead]);
}
