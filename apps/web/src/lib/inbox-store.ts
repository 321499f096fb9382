import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";
import type { UserShort } from "@cruddur/contract/users";
import type { QueryClient } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import { type InboxOverlay, overlayMessage, overlayMessageGroup, overlayRead } from "./inbox.ts";
import { onLiveEvent } from "./live-events.ts";
import { createStore } from "./store.ts";
import { type ApiClient, trpc } from "./trpc.ts";

const LATER_LOOKS_MS = [4_000, 20_000];

/** Live changes to the inbox that its queries may not show yet. */
export const inboxOverlay = createStore<InboxOverlay>(new Map());

/** Today's names, learned live, by user uuid. */
export const liveNames = createStore<ReadonlyMap<string, UserShort>>(new Map());

/**
 * Keeps the inbox current from live events.
 * @returns how to stop; it forgets what it learned, for the next person must not see it
 */
export function startInbox(options: {
  client: ApiClient;
  queryClient: QueryClient;
  user_uuid: string;
}): () => void {
  const { client, queryClient, user_uuid } = options;
  const asked = new Set<string>();

  let looks: ReturnType<typeof setTimeout>[] = [];

  function refetchLists(): void {
    void queryClient.invalidateQueries({ queryKey: getQueryKey(trpc.messageGroups) });
  }

  /** What was read before the subscription stood may have missed what came in between. */
  function catchUp(): void {
    refetchLists();
    for (const look of looks) clearTimeout(look);
    // Rows move a moment after their messages, and messages from before now aren't told again.
    looks = LATER_LOOKS_MS.map((delayMs) => setTimeout(refetchLists, delayMs));
  }

  function findRow(message_group_uuid: string): MessageGroup | undefined {
    return queryClient
      .getQueriesData<{ pages?: { items?: MessageGroup[] }[] }>({
        queryKey: getQueryKey(trpc.messageGroups.list),
      })
      .flatMap(([, data]) => data?.pages ?? [])
      .flatMap((page) => page.items ?? [])
      .find(({ uuid }) => uuid === message_group_uuid);
  }

  /**
   * A conversation that moves is kept beside the pages: between reading one page and the next it
   * may pass from the second to the first. One no page has shown is read by key, which never lags.
   */
  async function learnRow(message_group_uuid: string): Promise<void> {
    if (asked.has(message_group_uuid)) return;
    asked.add(message_group_uuid);
    const known = findRow(message_group_uuid);
    if (known !== undefined) {
      inboxOverlay.set(overlayMessageGroup(inboxOverlay.get(), known));
      return;
    }
    try {
      const { members: _, ...row } = await client.messageGroups.get.query({ message_group_uuid });
      inboxOverlay.set(overlayMessageGroup(inboxOverlay.get(), row));
    } catch {
      asked.delete(message_group_uuid);
    }
  }

  const stops = [
    onLiveEvent("message", ({ message }) => {
      inboxOverlay.set(overlayMessage(inboxOverlay.get(), message, user_uuid));
      void learnRow(message.message_group_uuid);
    }),
    onLiveEvent("read", ({ unread_count, ...event }) => {
      if (event.user_uuid !== user_uuid || unread_count === null) return;
      inboxOverlay.set(overlayRead(inboxOverlay.get(), { ...event, unread_count }));
    }),
    onLiveEvent("user", ({ user }) => {
      liveNames.set(new Map(liveNames.get()).set(user.uuid, user));
    }),
    onLiveEvent("ready", catchUp),
    onLiveEvent("resync", catchUp),
  ];

  return () => {
    for (const stop of stops) stop();
    for (const look of looks) clearTimeout(look);
    inboxOverlay.set(new Map());
    liveNames.set(new Map());
  };
}

/** A message this tab knows of before its live event, such as one it has just sent. */
export function addOwnMessage(message: Message): void {
  inboxOverlay.set(overlayMessage(inboxOverlay.get(), message, message.user_uuid));
}

/** This tab's own read marker, before its live event. */
export function addOwnRead(read: {
  message_group_uuid: string;
  message_uuid: string;
  unread_count: number;
}): void {
  inboxOverlay.set(overlayRead(inboxOverlay.get(), read));
}
