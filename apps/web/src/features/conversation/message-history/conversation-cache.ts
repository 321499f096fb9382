import { onLiveEvent } from "../../../lib/live-events.ts";
import { getClient } from "../../../lib/trpc.ts";
import { onMessageSent } from "../../outbox/outbox.ts";
import type { SavedPosition } from "../scroll/scroll-anchor.ts";
import { createMessageHistory, type MessageHistory } from "./message-history.ts";

/** What the page keeps of a conversation while another one is shown. */
export interface Conversation {
  history: MessageHistory;
  /** Where the person was; null at the end. */
  position: SavedPosition | null;
}

/** As many conversations as stay at hand; the one left longest ago goes first. */
const KEPT = 20;

let owner = "";
const kept = new Map<string, Conversation>();

/**
 * The conversation as it was left, or a new one. Kept ones follow live messages, so that switching
 * to them shows the present at once. Another person's sign-in forgets them all.
 */
export function getCachedConversation(user_uuid: string, message_group_uuid: string): Conversation {
  if (owner !== user_uuid) {
    kept.clear();
    owner = user_uuid;
  }
  const conversation = kept.get(message_group_uuid) ?? {
    history: createMessageHistory({
      user_uuid,
      list: (input) => getClient().messages.list.query({ message_group_uuid, ...input }),
    }),
    position: null,
  };
  kept.delete(message_group_uuid);
  kept.set(message_group_uuid, conversation);
  for (const oldest of [...kept.keys()].slice(0, -KEPT)) kept.delete(oldest);
  return conversation;
}

onLiveEvent("message", ({ message }) => {
  kept.get(message.message_group_uuid)?.history.receive(message);
});
onMessageSent((message) => {
  kept.get(message.message_group_uuid)?.history.receive(message);
});
