import { onLiveEvent } from "../../../lib/live-events.ts";
import { getClient } from "../../../lib/trpc.ts";
import { currentOutbox, onMessageSent } from "../../outbox/outbox.ts";
import type { SavedPosition } from "../scroll/scroll-anchor.ts";
import type { MessagePage } from "./history-window.ts";
import { createMessageHistory, type MessageHistory } from "./message-history.ts";

/** What stays of a conversation while another one is shown. */
export interface CachedConversation {
  history: MessageHistory;
  /** Where the person was; null at the end. */
  position: SavedPosition | null;
  /** It shows what the browser kept, and not yet what the server says. */
  isRestored: boolean;
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
      list: async (input) =>
        takeKept(message_group_uuid) ??
        getClient().messages.list.query({ message_group_uuid, ...input }),
      hasUnsent: () => hasUnsent(message_group_uuid),
    }),
    position: null,
    isRestored: false,
  };
  cached.delete(message_group_uuid);
  cached.set(message_group_uuid, conversation);
  for (const oldest of [...cached.keys()].slice(0, -CACHED_MAX)) cached.delete(oldest);
  return conversation;
}

/** Pages that the browser kept, until their histories have taken them. */
const kept = new Map<string, MessagePage>();

function takeKept(message_group_uuid: string): MessagePage | undefined {
  const page = kept.get(message_group_uuid);
  kept.delete(message_group_uuid);
  return page;
}

/**
 * Shows the newest messages that the browser kept, until the server answers. What is older can't be
 * loaded meanwhile.
 */
export async function restoreConversation(
  user_uuid: string,
  message_group_uuid: string,
  page: MessagePage,
): Promise<void> {
  const conversation = getCachedConversation(user_uuid, message_group_uuid);
  conversation.isRestored = true;
  kept.set(message_group_uuid, { ...page, next_cursor: page.next_cursor && "" });
  await conversation.history.open({ at: "newest" });
}

/** Replaces what the browser kept: messages may have changed that no live event is about. */
function replaceRestored(): void {
  for (const conversation of cached.values()) {
    if (!conversation.isRestored) continue;
    conversation.isRestored = false;
    conversation.history.open({ at: "newest" }).catch(() => {
      conversation.isRestored = true;
    });
  }
}

onLiveEvent("ready", replaceRestored);

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
