import type { PushPayload } from "@cruddur/contract/push";
import type { Membership, StoredMessage } from "@cruddur/ddb/types";

/** `message`: with the text. `request`: it says only that a stranger wrote. */
export type NotificationKind = PushPayload["kind"];

/** A message that was written longer ago than this notifies nobody. */
export const NOTIFICATION_MAX_AGE_MS = 60 * 60_000;

/**
 * Chooses the notification that a member receives for a message, from their membership as it is after
 * the message was stored. There is none for their own messages, system messages and deleted messages, for
 * a message that they have read or cannot read, in a muted conversation, in the folder of requests,
 * or where there is a block between the member and the sender. A mention breaks a mute, unless the member
 * has turned that off.
 * @returns null when the member is not notified
 */
export function chooseNotification(
  message: StoredMessage,
  membership: Membership,
  options: { mentionsBreakMutes: boolean; nowMs: number },
): NotificationKind | null {
  const { mentionsBreakMutes, nowMs } = options;
  if (message.user_uuid === membership.user_uuid) return null;
  if (message.system_kind !== undefined || message.deleted_at !== undefined) return null;
  if (nowMs - Date.parse(message.created_at) > NOTIFICATION_MAX_AGE_MS) return null;
  if (membership.blocked || membership.refused || membership.folder === "requests") return null;
  if (membership.hidden_senders.includes(message.user_uuid)) return null;
  if ((membership.read_message_uuid ?? "") >= message.uuid) return null;
  if ((membership.group?.joined_after ?? "") >= message.uuid) return null;
  const isMuted = membership.muted_until !== null && Date.parse(membership.muted_until) > nowMs;
  const isMentioned = message.mentions?.includes(membership.user_uuid) === true;
  if (isMuted && !(isMentioned && mentionsBreakMutes)) return null;
  return membership.requested === null ? "message" : "request";
}
