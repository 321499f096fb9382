import { PAGE_MAX_ITEMS } from "@cruddur/contract/limits";
import type { Folder } from "@cruddur/contract/message-groups";
import { replaceEqualDeep } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { keepLoaded, type MessageGroupList } from "../../lib/inbox.ts";
import { trpc } from "../../lib/trpc.ts";

/** The input of the inbox's first page. */
export const INBOX_PAGE = { limit: 20 };

/**
 * A list of conversations that grows as it is scrolled. Reading it again reads its first page only,
 * however many conversations are loaded: whatever is new is there.
 */
export function useMessageGroupList(
  input: { unread?: true; folder?: Folder },
  options: { enabled?: boolean } = {},
) {
  const first = { ...INBOX_PAGE, ...input };
  const { list } = trpc.useUtils().messageGroups;
  const { data, error, isPending, refetch } = trpc.messageGroups.list.useQuery(first, {
    structuralSharing: (before, after) =>
      replaceEqualDeep(
        before,
        keepLoaded(before as MessageGroupList | undefined, after as MessageGroupList),
      ),
    ...options,
  });
  const [failed, setFailed] = useState<string | null>(null);
  const loading = useRef<string | null>(null);
  const cursor = data?.next_cursor ?? null;

  async function loadMore(): Promise<void> {
    if (cursor === null || loading.current === cursor) return;
    loading.current = cursor;
    setFailed(null);
    try {
      const next = { ...first, limit: PAGE_MAX_ITEMS, cursor };
      const page = await list.fetch(next, { gcTime: 0 });
      list.setData(first, (known) =>
        // Otherwise the first page was read meanwhile, and the list continues elsewhere.
        known?.next_cursor === cursor
          ? { ...known, items: [...known.items, ...page.items], next_cursor: page.next_cursor }
          : known,
      );
    } catch {
      setFailed(cursor);
    } finally {
      loading.current = null;
    }
  }

  return {
    data: data as MessageGroupList | undefined,
    error,
    isPending,
    retry: () => void refetch(),
    hasMore: cursor !== null,
    moreFailed: cursor !== null && failed === cursor,
    loadMore: () => void loadMore(),
  };
}
