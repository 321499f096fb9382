import type { LeftReason } from "@cruddur/contract/live-events";
import { useState } from "react";
import { failureCode } from "../../lib/errors.ts";
import { useLiveEvent } from "../../lib/live-events.ts";
import { isLeavingGroup } from "./leaving.ts";

/** How somebody stopped being a member; `unknown` where only a refusal says so. */
export type Departure = LeftReason | "unknown";

/**
 * How the person left who was a member when the page opened: they were removed, or they left on
 * another device; null while they are a member. A page from which they leave closes by itself.
 */
export function useDeparture(
  message_group_uuid: string,
  messageGroup: { data: unknown; error: unknown },
): Departure | null {
  const [departure, setDeparture] = useState<Departure | null>(null);
  useLiveEvent("group_left", (event) => {
    if (event.message_group_uuid === message_group_uuid && !isLeavingGroup(message_group_uuid)) {
      setDeparture(event.reason ?? "unknown");
    }
  });
  // The person was added again.
  useLiveEvent("group_changed", (event) => {
    if (event.message_group_uuid === message_group_uuid) setDeparture(null);
  });
  const isRefused =
    messageGroup.data !== undefined &&
    messageGroup.error !== null &&
    failureCode(messageGroup.error) === "not_a_member";
  return departure ?? (isRefused && !isLeavingGroup(message_group_uuid) ? "unknown" : null);
}
