import type { MessageGroup } from "@cruddur/contract/message-groups";
import { type InfiniteData, replaceEqualDeep } from "@tanstack/react-query";
import { useMemo } from "react";
import { keepNewerMessageGroups, mergeInbox } from "../../lib/inbox.ts";
import { inboxOverlay } from "../../lib/inbox-store.ts";
import { useStore } from "../../lib/store.ts";
import { type RouterOutputs, trpc } from "../../lib/trpc.ts";

const PAGE_ITEMS = 20;
type Pages = InfiniteData<RouterOutputs["messageGroups"]["list"]>;

/**
 * The inbox as the person sees it: what the server's pages say, with live changes on top.
 * @param options.unread only conversations with something unread; the open one stays
 */
export function useInbox(options: { unread: boolean; open_uuid: string | null }) {
  const { unread, open_uuid } = options;
  const overlay = useStore(inboxOverlay);
  const all = useMessageGroupPages({});
  // What is unread may lie beyond the pages loaded, and counts in the tab's title all the same.
  const filtered = useMessageGroupPages({ unread: true }, { enabled: unread || all.hasNextPage });
  const shown = unread ? filtered : all;

  const everything = useMemo(() => {
    const pages = [...(all.data?.pages ?? []), ...(filtered.data?.pages ?? [])];
    const rows = pages.flatMap((page) => page.items);
    return mergeInbox(rows, overlay);
  }, [all.data, filtered.data, overlay]);

  const groups = useMemo(
    () =>
      unread
        ? everything.filter((row) => row.unread_count > 0 || row.uuid === open_uuid)
        : untilLoaded(everything, all.data?.pages),
    [everything, unread, open_uuid, all.data],
  );

  return {
    groups,
    unread: {
      count: everything.reduce((sum, row) => sum + row.unread_count, 0),
      /** Even more conversations have something unread than a page of them tells. */
      isMore: all.hasNextPage && filtered.hasNextPage,
    },
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

function useMessageGroupPages(input: { unread?: true }, options: { enabled?: boolean } = {}) {
  return trpc.messageGroups.list.useInfiniteQuery(
    { limit: PAGE_ITEMS, ...input },
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
 * Rows that only the unread list or a live event brought, and that lie below the pages loaded so
 * far, wait for their page: shown early, they would stand next to the wrong neighbours.
 */
function untilLoaded(
  rows: MessageGroup[],
  pages: readonly { items: MessageGroup[]; next_cursor: string | null }[] | undefined,
): MessageGroup[] {
  const last = pages?.at(-1);
  const oldest = last?.items.at(-1);
  if (last === undefined || last.next_cursor === null || oldest === undefined) return rows;
  const loaded = new Set(pages?.flatMap((page) => page.items.map(({ uuid }) => uuid)));
  return rows.filter(
    (row) => loaded.has(row.uuid) || row.last_message_uuid > oldest.last_message_uuid,
  );
}
