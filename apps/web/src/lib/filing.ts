import type { MessageGroup } from "@cruddur/contract/message-groups";

/** True while a conversation is muted: it is counted, and shown grey. */
export function isMuted(
  { muted_until }: Pick<MessageGroup, "muted_until">,
  now = Date.now(),
): boolean {
  return muted_until !== null && Date.parse(muted_until) > now;
}

/** What a conversation adds to the number in the tab: nothing while it is muted or outside the inbox. */
export function unreadWeight(messageGroup: MessageGroup): number {
  if (messageGroup.folder !== "inbox" || isMuted(messageGroup)) return 0;
  return Math.max(messageGroup.unread_count, messageGroup.marked_unread ? 1 : 0);
}

/** 08:00 of the next day, in the person's own time zone. */
export function tomorrowMorning(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8);
}
