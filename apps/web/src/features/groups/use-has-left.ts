import { useState } from "react";
import { failureCode } from "../../lib/errors.ts";
import { useLiveEvent } from "../../lib/live-events.ts";
import { isLeaving } from "./leaving.ts";

/**
 * True when the person was a member when the page opened, and no longer is: they were removed, or
 * they left on another device. A page from which they leave closes by itself.
 */
export function useHasLeft(
  message_group_uuid: string,
  messageGroup: { data: unknown; error: unknown },
): boolean {
  const [hasLeft, setLeft] = useState(false);
  useLiveEvent("group_left", (event) => {
    if (event.message_group_uuid === message_group_uuid && !isLeaving(message_group_uuid)) {
      setLeft(true);
    }
  });
  // The person was added again.
  useLiveEvent("group_changed", (event) => {
    if (event.message_group_uuid === message_group_uuid) setLeft(false);
  });
  const isRefused =
    messageGroup.data !== undefined &&
    messageGroup.error !== null &&
    failureCode(messageGroup.error) === "not_a_member";
  return hasLeft || (isRefused && !isLeaving(message_group_uuid));
}
