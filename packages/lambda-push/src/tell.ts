import type { Membership, StoredMessage } from "@cruddur/ddb/types";

/** What a member is told of a message: with its text, or only that a stranger wrote; null for nothing. */
export type Telling = "message" | "request" | null;

/** How long after it was written a message is worth a notification. */
export const MAX_AGE_MS = 60 * 60_000;

/**
 * Whether a member is told of a message, given their membership after it was written. Own messages
 * and system messages are told to nobody; muted conversations, requests, blocks, members of a group
 * whom the member has blocked, and what is already read stay silent. A mention breaks a mute, unless
 * the member has turned that off.
 */
export function tellingOf(
  message: StoredMessage,
  membership: Membership,
  options: { mentionsBreakMutes: boolean; nowMs: number },
): Telling {
  const { mentionsBreakMutes, nowMs } = options;
  if (message.user_uuid === membership.user_uuid) return null;
  if (message.system_kind !== undefined || message.deleted_at !== undefined) return null;
  if (nowMs - Date.parse(message.created_at) > MAX_AGE_MS) return null;
  if (membership.blocked || membership.refused || membership.folder === "requests") return null;
  if (membership.hidden_senders.includes(message.user_uuid)) return null;
  if ((membership.read_message_uuid ?? "") >= message.uuid) return null;
  if ((membership.group?.joined_after ?? "") >= message.uuid) return null;
  const isMuted = membership.muted_until !== null && Date.parse(membership.muted_until) > nowMs;
  const isMentioned = message.mentions?.includes(membership.user_uuid) === true;
  if (isMuted && !(isMentioned && mentionsBreakMutes)) return null;
  return membership.requested === null ? "message" : "request";
}
