import { onLiveEvent } from "../../lib/live-events.ts";
import { getClient } from "../../lib/trpc.ts";
import {
  type HistoryWindow,
  insertMessage,
  type MessagePage,
  PAGE_ITEMS,
  removeMessage,
  replaceMessage,
} from "../conversation/message-history/history-window.ts";
import { onMessageSent } from "../outbox/outbox.ts";
import type { KeptConversation } from "./snapshot.ts";

/**
 * The newest messages of conversations. Each is read once when it is asked for; live events keep it
 * up to date from then on, so that a busy conversation costs the server no further reads.
 */
export function createKeptConversations({ onChange }: { onChange(): void }) {
  const known = new Map<string, KeptConversation>();
  /** The conversations that changed after they were last asked for. */
  const changed = new Set<string>();

  function change(message_group_uuid: string, apply: (window: HistoryWindow) => HistoryWindow) {
    changed.add(message_group_uuid);
    const before = known.get(message_group_uuid);
    const [page] = before === undefined ? [] : apply([before.page]);
    if (before !== undefined && page !== undefined) {
      known.set(message_group_uuid, { ...before, page: shorten(page) });
    }
    onChange();
  }

  function readAgain(message_group_uuids: Iterable<string>): void {
    for (const uuid of [...message_group_uuids]) {
      known.delete(uuid);
      changed.add(uuid);
    }
    onChange();
  }

  const stops = [
    onLiveEvent("message", ({ message }) =>
      change(message.message_group_uuid, (window) => insertMessage(window, message)),
    ),
    onMessageSent((message) =>
      change(message.message_group_uuid, (window) => insertMessage(window, message)),
    ),
    onLiveEvent("message_changed", ({ message }) =>
      change(message.message_group_uuid, (window) => replaceMessage(window, message)),
    ),
    onLiveEvent("message_hidden", ({ message_group_uuid, message_uuid }) =>
      change(message_group_uuid, (window) => removeMessage(window, message_uuid)),
    ),
    onLiveEvent("group_changed", ({ message_group_uuid }) => readAgain([message_group_uuid])),
    onLiveEvent("resync", () => readAgain(known.keys())),
  ];

  return {
    hasChanged: (message_group_uuid: string) => changed.has(message_group_uuid),

    /** Rejects when the server has to be asked and does not answer. */
    async read(message_group_uuid: string): Promise<KeptConversation> {
      changed.delete(message_group_uuid);
      const before = known.get(message_group_uuid);
      if (before !== undefined) return before;
      const { messageGroups, messages } = getClient();
      try {
        const [messageGroup, page] = await Promise.all([
          messageGroups.get.query({ message_group_uuid }),
          messages.list.query({ message_group_uuid, limit: PAGE_ITEMS }),
        ]);
        const conversation = { messageGroup, page };
        // The answer may lack what changed meanwhile.
        if (!changed.has(message_group_uuid)) known.set(message_group_uuid, conversation);
        return conversation;
      } catch (error) {
        changed.add(message_group_uuid);
        throw error;
      }
    },

    stop(): void {
      for (const stop of stops) stop();
    },
  };
}

/** The newest messages of a page that grew. What is left out can't be loaded by the page's cursor. */
function shorten(page: MessagePage): MessagePage {
  if (page.items.length <= PAGE_ITEMS) return page;
  return { ...page, items: page.items.slice(-PAGE_ITEMS), next_cursor: "" };
}
