import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";
import type { UserShort } from "@cruddur/contract/users";
import type { QueryClient } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import {
  type InboxOverlay,
  type MessageGroupList,
  overlayChange,
  overlayHidden,
  overlayLeft,
  overlayMessage,
  overlayMessageGroup,
  overlayOwnView,
  overlayRead,
} from "./inbox.ts";
import { onLiveEvent } from "./live-events.ts";
import { createStore } from "./store.ts";
import { type ApiClient, trpc } from "./trpc.ts";

/** When to read the lists again after a connection: the index of the inbox lags by seconds. */
const LATER_READS_MS = [4_000, 20_000];

/** Live changes of the inbox that its queries may not show yet. */
export const inboxOverlay = createStore<InboxOverlay>(new Map());

/** People whose names changed while this page was open, by user uuid. */
export const liveNames = createStore<ReadonlyMap<string, UserShort>>(new Map());

/**
 * Keeps the inbox up to date from live events.
 * @returns how to stop; stopping also clears the overlay, which the next person must not see
 */
export function startInbox(options: {
  client: ApiClient;
  queryClient: QueryClient;
  user_uuid: string;
}): () => void {
  const { client, queryClient, user_uuid } = options;
  const requested = new Set<string>();
  let laterReads: ReturnType<typeof setTimeout>[] = [];

  function refetchLists(): void {
    void queryClient.invalidateQueries({ queryKey: getQueryKey(trpc.messageGroups) });
  }

  /** Lets the next read of each list replace all its pages: no event says what changed below the first. */
  function forgetPages(): void {
    queryClient.setQueriesData<MessageGroupList>(
      { queryKey: getQueryKey(trpc.messageGroups.list) },
      (list) => list && { ...list, isOutdated: true },
    );
    catchUp();
  }

  /** Reads the lists again: they may lack messages from before the live connection was open. */
  function catchUp(): void {
    refetchLists();
    for (const timer of laterReads) clearTimeout(timer);
    // Inbox updates follow their messages after a moment, and no live event announces them.
    laterReads = LATER_READS_MS.map((delayMs) => setTimeout(refetchLists, delayMs));
  }

  function findListed(message_group_uuid: string): MessageGroup | undefined {
    return queryClient
      .getQueriesData<MessageGroupList>({ queryKey: getQueryKey(trpc.messageGroups.list) })
      .flatMap(([, data]) => data?.items ?? [])
      .find(({ uuid }) => uuid === message_group_uuid);
  }

  /**
   * Keeps a conversation that moves beside the pages, because it may move from the second page to
   * the first between two reads. A conversation on no page is read by its key, which never lags.
   */
  async function keepMessageGroup(message_group_uuid: string): Promise<void> {
    if (requested.has(message_group_uuid)) return;
    requested.add(message_group_uuid);
    // The list may still show a conversation that the person has left.
    const hasLeft = inboxOverlay.get().get(message_group_uuid)?.hasLeft === true;
    const listed = hasLeft ? undefined : findListed(message_group_uuid);
    if (listed !== undefined) inboxOverlay.set(overlayMessageGroup(inboxOverlay.get(), listed));
    else await readMessageGroup(message_group_uuid);
  }

  async function readMessageGroup(message_group_uuid: string): Promise<void> {
    try {
      const detail = await client.messageGroups.get.query({ message_group_uuid });
      const { members: _, ...messageGroup } = detail;
      inboxOverlay.set(overlayMessageGroup(inboxOverlay.get(), messageGroup));
    } catch {
      requested.delete(message_group_uuid);
    }
  }

  /** What the person did with a conversation on another device: read by its key, which never lags. */
  async function readOwnView(message_group_uuid: string): Promise<void> {
    try {
      const { members: _, ...view } = await client.messageGroups.get.query({ message_group_uuid });
      addOwnView(view);
    } finally {
      catchUp();
    }
  }

  hiddenSendersOf = (uuid) =>
    (inboxOverlay.get().get(uuid)?.messageGroup ?? findListed(uuid))?.hidden_senders ?? [];
  rereadLists = catchUp;
  const stops = [
    onLiveEvent("message_group_changed", ({ message_group_uuid }) => {
      // Somebody may have been blocked with whom there is no conversation.
      void readOwnView(message_group_uuid).catch(() => {});
    }),
    onLiveEvent("message", ({ message }) => {
      // A hidden sender's message is no more unread than an own one.
      const uncounted = isHiddenSender(message) ? message.user_uuid : user_uuid;
      inboxOverlay.set(overlayMessage(inboxOverlay.get(), message, uncounted));
      void keepMessageGroup(message.message_group_uuid);
    }),
    onLiveEvent("message_changed", ({ message }) => {
      inboxOverlay.set(overlayChange(inboxOverlay.get(), message));
      // The server counts again what is unread.
      if (message.deleted_at !== null) catchUp();
    }),
    onLiveEvent("message_hidden", (hidden) => {
      inboxOverlay.set(overlayHidden(inboxOverlay.get(), hidden));
      catchUp();
    }),
    onLiveEvent("read", ({ unread_count, ...event }) => {
      if (event.user_uuid !== user_uuid || unread_count === null) return;
      inboxOverlay.set(overlayRead(inboxOverlay.get(), { ...event, unread_count }));
    }),
    onLiveEvent("group_changed", ({ message_group_uuid }) => {
      void queryClient.invalidateQueries({
        queryKey: getQueryKey(trpc.messageGroups.get, { message_group_uuid }),
      });
      requested.add(message_group_uuid);
      void readMessageGroup(message_group_uuid);
    }),
    onLiveEvent("group_left", ({ message_group_uuid }) => {
      requested.delete(message_group_uuid);
      inboxOverlay.set(overlayLeft(inboxOverlay.get(), message_group_uuid));
    }),
    onLiveEvent("user", ({ user }) => {
      liveNames.set(new Map(liveNames.get()).set(user.uuid, user));
    }),
    onLiveEvent("ready", catchUp),
    onLiveEvent("resync", forgetPages),
  ];

  return () => {
    for (const stop of stops) stop();
    for (const timer of laterReads) clearTimeout(timer);
    inboxOverlay.set(new Map());
    liveNames.set(new Map());
  };
}

/** Adds the person's own view of a conversation, as a change of it was answered. */
export function addOwnView(messageGroup: MessageGroup): void {
  inboxOverlay.set(overlayOwnView(inboxOverlay.get(), messageGroup));
}

let hiddenSendersOf: (message_group_uuid: string) => readonly string[] = () => [];

/** Whether the person has blocked who wrote a message of a group: it is folded, and announced to nobody. */
export function isHiddenSender({
  message_group_uuid,
  user_uuid,
}: Pick<Message, "message_group_uuid" | "user_uuid">): boolean {
  return hiddenSendersOf(message_group_uuid).includes(user_uuid);
}

let rereadLists: () => void = () => {};

/** Reads the lists again now and a little later, when the index of the folders has caught up. */
export function readListsAgain(): void {
  rereadLists();
}

/** Adds a message that this tab knows before its live event, such as one that it has just sent. */
export function addOwnMessage(message: Message): void {
  inboxOverlay.set(overlayMessage(inboxOverlay.get(), message, message.user_uuid));
}

/** Adds this tab's own read marker before its live event. */
export function addOwnRead(read: {
  message_group_uuid: string;
  message_uuid: string;
  unread_count: number;
}): void {
  inboxOverlay.set(overlayRead(inboxOverlay.get(), read));
}
