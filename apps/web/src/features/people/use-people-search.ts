import type { UserShort } from "@cruddur/contract/users";
import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { describeError } from "../../lib/errors.ts";
import { trpc } from "../../lib/trpc.ts";

const PAGE_ITEMS = 10;
const DEBOUNCE_MS = 200;
const RECENT_SHOWN = 6;

/**
 * The people that a text finds. Without a text, and while the server cannot be reached, they come
 * from the known people.
 * @param known people of the conversations that are loaded, the newest first
 */
export function usePeopleSearch(text: string, known: readonly UserShort[]) {
  const typed = text.trim().replace(/^@/, "");
  const [query, settle] = useDebounced(typed);
  const search = trpc.users.search.useInfiniteQuery(
    { query, limit: PAGE_ITEMS },
    {
      enabled: query !== "",
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
    },
  );
  const isOffline = query !== "" && search.fetchStatus === "paused";
  const isUnanswered = isOffline || (search.isError && search.data === undefined);
  const found = search.data?.pages.flatMap((page) => page.items) ?? [];
  const people =
    query === ""
      ? known.slice(0, RECENT_SHOWN)
      : isUnanswered
        ? findKnownPeople(known, typed)
        : found;
  const isAnswered = isUnanswered || (search.data !== undefined && !search.isPlaceholderData);
  /** The list belongs to the typed text. */
  const isSettled = query === typed && (query === "" || isAnswered);

  function status(): string {
    if (query === "") return people.length > 0 ? "Recent" : "Type a name or handle.";
    if (isOffline) {
      const rest =
        people.length > 0 ? "These are people you know." : "Nobody you know has that name.";
      return `You're offline. ${rest}`;
    }
    if (search.isError) return describeError(search.error);
    if (!isSettled && people.length === 0) return "Searching…";
    if (people.length === 0) return "Nobody found. Try a part of the name or handle.";
    const count = `${people.length}${search.hasNextPage ? "+" : ""}`;
    return `${count} ${people.length === 1 ? "person" : "people"}`;
  }

  return {
    people,
    isSettled,
    status: status(),
    /** Searches for the typed text at once. */
    settle,
    loadMore(): void {
      if (search.hasNextPage && !search.isFetchingNextPage) void search.fetchNextPage();
    },
    /** Repeats a failed search; null when there is none. */
    retry: query !== "" && search.isError ? () => void search.refetch() : null,
  };
}

/** Finds the known people whose handle, or a word of whose name, begins with the text. */
export function findKnownPeople(known: readonly UserShort[], text: string): UserShort[] {
  const wanted = text.toLocaleLowerCase();
  return known.filter(({ display_name, handle }) => {
    const name = display_name.toLocaleLowerCase();
    const words = [name, ...name.split(/\s+/u), handle.toLocaleLowerCase()];
    return words.some((word) => word.startsWith(wanted));
  });
}

/** @returns the value once it has stayed the same for a moment, and a way to take it at once */
function useDebounced(value: string): [string, () => void] {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value === "" ? 0 : DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return [settled, () => setSettled(value)];
}
