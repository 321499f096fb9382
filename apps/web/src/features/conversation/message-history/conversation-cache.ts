import { onLiveEvent } from "../../../lib/live-events.ts";
import { getClient } from "../../../lib/trpc.ts";
import { currentOutbox, onMessageSent } from "../../outbox/outbox.ts";
import type { SavedPosition } from "../scroll/scroll-anchor.ts";
import { createMessageHistory, type MessageHistory } from "./message-history.ts";

/** What stays of a conversation while another one is shown. */
export interface CachedConversation {
  history: MessageHistory;
  /** Where the person was; null at the end. */
  position: SavedPosition | null;
}

/** How many conversations are kept. The one that was left first is dropped first. */
const CACHED_MAX = 20;

let owner = "";
const cached = new Map<string, CachedConversation>();

/**
 * The conversation as the person left it, or a new one. Cached conversations receive live messages,
 * so that opening one shows its present state at once. They are dropped when another person signs in.
 */
export function getCachedConversation(
  user_uuid: string,
  message_group_uuid: string,
): CachedConversation {
  if (owner !== user_uuid) {
    cached.clear();
    owner = user_uuid;
  }
  const conversation = cached.get(message_group_uuid) ?? {
    history: createMessageHistory({
      user_uuid,
      list: (input) => getClient().messages.list.query({ message_group_uuid, ...input }),
      hasUnsent: () => hasUnsent(message_group_uuid),
    }),
    position: null,
  };
  cached.delete(message_group_uuid);
  cached.set(message_group_uuid, conversation);
  for (const oldest of [...cached.keys()].slice(0, -CACHED_MAX)) cached.delete(oldest);
  return conversation;
}

function hasUnsent(message_group_uuid: string): boolean {
  const messages = currentOutbox.get()?.outbox.messagesOf(message_group_uuid) ?? [];
  return messages.some(({ state }) => state !== "failed");
}

onLiveEvent("message", ({ message }) => {
  cached.get(message.message_group_uuid)?.history.upsert(message);
});
onLiveEvent("message_changed", ({ message }) => {
  cached.get(message.message_group_uuid)?.history.change(message);
});
onLiveEvent("message_hidden", ({ message_group_uuid, message_uuid }) => {
  cached.get(message_group_uuid)?.history.hide(message_uuid);
});
onLiveEvent("group_left", ({ message_group_uuid }) => {
  cached.delete(message_group_uuid);
});
onMessageSent((message) => {
  cached.get(message.message_group_uuid)?.history.upsert(message);
});
