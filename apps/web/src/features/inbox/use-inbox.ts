import type { Folder, MessageGroup } from "@cruddur/contract/message-groups";
import { useMemo } from "react";
import { unreadWeight } from "../../lib/filing.ts";
import { type MessageGroupList, mergeInbox } from "../../lib/inbox.ts";
import { inboxOverlay } from "../../lib/inbox-store.ts";
import { formatUnread, useUnreadBadge } from "../../lib/page-title.ts";
import { useStore } from "../../lib/store.ts";
import { useMessageGroupList } from "./use-message-group-list.ts";

/**
 * The inbox as the person sees it: the pages of the server, merged with live changes.
 * @param options.unread shows only unread conversations, and the open one
 */
export function useInbox(options: { unread: boolean; open_uuid: string | null; folder?: Folder }) {
  const { unread, open_uuid, folder = "inbox" } = options;
  const overlay = useStore(inboxOverlay);
  const all = useMessageGroupList({});
  // Unread conversations on pages that are not loaded also count in the tab's title.
  const filtered = useMessageGroupList({ unread: true }, { enabled: unread || all.hasMore });
  const other = useMessageGroupList({ folder }, { enabled: folder !== "inbox" });
  const requests = useMessageGroupList({ folder: "requests" });
  const shown = folder !== "inbox" ? other : unread ? filtered : all;

  const everything = useMemo(() => {
    const listed = [all, filtered, other, requests].flatMap(({ data }) => data?.items ?? []);
    return mergeInbox(listed, overlay);
  }, [all.data, filtered.data, other.data, requests.data, overlay]);

  const messageGroups = useMemo(
    () =>
      folder !== "inbox"
        ? withoutLater(inFolder(everything, folder), other.data)
        : unread
          ? inFolder(everything, folder).filter(
              (messageGroup) =>
                messageGroup.unread_count > 0 ||
                messageGroup.marked_unread ||
                messageGroup.uuid === open_uuid,
            )
          : withoutLater(inFolder(everything, folder), all.data),
    [everything, unread, open_uuid, folder, all.data, other.data],
  );

  return {
    messageGroups,
    unread: {
      count: everything.reduce((sum, messageGroup) => sum + unreadWeight(messageGroup), 0),
      /** There are more unread conversations than one page has. */
      isMore: all.hasMore && filtered.hasMore,
    },
    /** A request that the person has not read yet waits in the folder of requests. */
    hasNewRequests: everything.some(
      (messageGroup) => messageGroup.folder === "requests" && messageGroup.unread_count > 0,
    ),
    isLoading: shown.isPending,
    error: shown.data === undefined ? shown.error : null,
    retry: shown.retry,
    hasMore: shown.hasMore,
    moreFailed: shown.moreFailed,
    loadMore: shown.loadMore,
  };
}

/** The number of unread messages in the tab's title and icon, for pages without the inbox. */
export function InboxBadge(): null {
  const { unread } = useInbox({ unread: false, open_uuid: null });
  useUnreadBadge(formatUnread(unread.count, unread.isMore));
  return null;
}

function inFolder(messageGroups: MessageGroup[], folder: Folder): MessageGroup[] {
  return messageGroups.filter((messageGroup) => messageGroup.folder === folder);
}

/**
 * Leaves out conversations that belong below the loaded pages, and are known only from the unread
 * list or a live event. Without their page they would stand next to the wrong conversations.
 */
function withoutLater(
  messageGroups: MessageGroup[],
  list: MessageGroupList | undefined,
): MessageGroup[] {
  const oldest = list?.items.at(-1);
  if (list === undefined || list.next_cursor === null || oldest === undefined) return messageGroups;
  const loaded = new Set(list.items.map(({ uuid }) => uuid));
  return messageGroups.filter(
    (messageGroup) =>
      loaded.has(messageGroup.uuid) ||
      messageGroup.pinned ||
      messageGroup.last_message_uuid > oldest.last_message_uuid,
  );
}
