import type { Folder, MessageGroup } from "@cruddur/contract/message-groups";
import { type InfiniteData, replaceEqualDeep } from "@tanstack/react-query";
import { useMemo } from "react";
import { unreadWeight } from "../../lib/filing.ts";
import { keepNewerMessageGroups, mergeInbox } from "../../lib/inbox.ts";
import { inboxOverlay } from "../../lib/inbox-store.ts";
import { formatUnread, useUnreadBadge } from "../../lib/page-title.ts";
import { useStore } from "../../lib/store.ts";
import { type RouterOutputs, trpc } from "../../lib/trpc.ts";

/** The input of the inbox's first page. */
export const INBOX_PAGE = { limit: 20 };
type Pages = InfiniteData<RouterOutputs["messageGroups"]["list"]>;

/**
 * The inbox as the person sees it: the pages of the server, merged with live changes.
 * @param options.unread shows only unread conversations, and the open one
 */
export function useInbox(options: { unread: boolean; open_uuid: string | null; folder?: Folder }) {
  const { unread, open_uuid, folder = "inbox" } = options;
  const overlay = useStore(inboxOverlay);
  const all = useMessageGroupPages({});
  // Unread conversations on pages that are not loaded also count in the tab's title.
  const filtered = useMessageGroupPages({ unread: true }, { enabled: unread || all.hasNextPage });
  const other = useMessageGroupPages({ folder }, { enabled: folder !== "inbox" });
  const requests = useMessageGroupPages({ folder: "requests" });
  const shown = folder !== "inbox" ? other : unread ? filtered : all;

  const everything = useMemo(() => {
    const pages = [all, filtered, other, requests].flatMap(({ data }) => data?.pages ?? []);
    const listed = pages.flatMap((page) => page.items);
    return mergeInbox(listed, overlay);
  }, [all.data, filtered.data, other.data, requests.data, overlay]);

  const messageGroups = useMemo(
    () =>
      folder !== "inbox"
        ? withoutLater(inFolder(everything, folder), other.data?.pages)
        : unread
          ? inFolder(everything, folder).filter(
              (messageGroup) =>
                messageGroup.unread_count > 0 ||
                messageGroup.marked_unread ||
                messageGroup.uuid === open_uuid,
            )
          : withoutLater(inFolder(everything, folder), all.data?.pages),
    [everything, unread, open_uuid, folder, all.data, other.data],
  );

  return {
    messageGroups,
    unread: {
      count: everything.reduce((sum, messageGroup) => sum + unreadWeight(messageGroup), 0),
      /** There are more unread conversations than one page has. */
      isMore: all.hasNextPage && filtered.hasNextPage,
    },
    /** A request that the person has not read yet waits in the folder of requests. */
    hasNewRequests: everything.some(
      (messageGroup) => messageGroup.folder === "requests" && messageGroup.unread_count > 0,
    ),
    isLoading: shown.isPending,
    error: shown.data === undefined ? shown.error : null,
    retry: () => void shown.refetch(),
    hasMore: shown.hasNextPage,
    isLoadingMore: shown.isFetchingNextPage,
    moreFailed: shown.isFetchNextPageError,
    loadMore: () => {
      if (shown.hasNextPage && !shown.isFetchingNextPage) void shown.fetchNextPage();
    },
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

function useMessageGroupPages(
  input: { unread?: true; folder?: Folder },
  options: { enabled?: boolean } = {},
) {
  return trpc.messageGroups.list.useInfiniteQuery(
    { ...INBOX_PAGE, ...input },
    {
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      structuralSharing: (before, after) =>
        replaceEqualDeep(
          before,
          keepNewerMessageGroups(before as Pages | undefined, after as Pages),
        ),
      ...options,
    },
  );
}

/**
 * Leaves out conversations that belong below the loaded pages, and are known only from the unread
 * list or a live event. Without their page they would stand next to the wrong conversations.
 */
function withoutLater(
  messageGroups: MessageGroup[],
  pages: readonly { items: MessageGroup[]; next_cursor: string | null }[] | undefined,
): MessageGroup[] {
  const last = pages?.at(-1);
  const oldest = last?.items.at(-1);
  if (last === undefined || last.next_cursor === null || oldest === undefined) return messageGroups;
  const loaded = new Set(pages?.flatMap((page) => page.items.map(({ uuid }) => uuid)));
  return messageGroups.filter(
    (messageGroup) =>
      loaded.has(messageGroup.uuid) ||
      messageGroup.pinned ||
      messageGroup.last_message_uuid > oldest.last_message_uuid,
  );
}
