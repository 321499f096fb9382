import type { UserShort } from "@cruddur/contract/users";
import { keepPreviousData } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { describeError } from "../../lib/errors.ts";
import { trpc } from "../../lib/trpc.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import styles from "./people-search.module.css";

const PAGE_ITEMS = 10;
const DEBOUNCE_MS = 200;

/**
 * A search for people (ARIA combobox pattern with a list). The field keeps the focus, arrow keys move
 * the active option, and Enter selects it. The next page is loaded at the end of the list.
 */
export function PeopleSearch(props: {
  recent: readonly UserShort[];
  onSelect(user: UserShort): void;
}) {
  const id = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const query = useDebounced(text.trim().replace(/^@/, ""));
  const search = trpc.users.search.useInfiniteQuery(
    { query, limit: PAGE_ITEMS },
    {
      enabled: query !== "",
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
    },
  );
  const found = search.data?.pages.flatMap((page) => page.items) ?? [];
  const options = query === "" ? props.recent : found;
  const activeIndex = Math.min(active, options.length - 1);
  const activeRef = useRef<HTMLDivElement>(null);

  function loadMore(): void {
    if (search.hasNextPage && !search.isFetchingNextPage) void search.fetchNextPage();
  }

  function move(to: number): void {
    setActive(Math.max(0, Math.min(to, options.length - 1)));
    if (to >= options.length - 2) loadMore();
  }

  useEffect(() => {
    activeRef.current?.scrollIntoView({ block: "nearest" });
  }, [activeIndex]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    const last = options.length - 1;
    if (event.key === "ArrowDown") move(activeIndex === last ? 0 : activeIndex + 1);
    else if (event.key === "ArrowUp") move(activeIndex <= 0 ? last : activeIndex - 1);
    else if (event.key === "Enter") {
      // The list must belong to the typed text, so that a fast typist does not select another person.
      const chosen = isCurrent ? options[activeIndex] : undefined;
      if (chosen !== undefined) props.onSelect(chosen);
    } else return;
    event.preventDefault();
  }

  const isCurrent = query === text.trim().replace(/^@/, "") && !search.isPlaceholderData;
  return (
    <div className={styles.search}>
      <input
        className={styles.input}
        type="text"
        role="combobox"
        aria-label="Name or handle"
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={options[activeIndex] && `${id}-${activeIndex}`}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder="Name or handle"
        maxLength={100}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <p className={styles.status} role="status">
        {query === "" && options.length > 0
          ? "Recent"
          : statusOf({
              query,
              isSettled: isCurrent && !search.isFetching,
              count: found.length,
              search,
            })}
      </p>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="People"
        className={styles.list}
        onScroll={({ currentTarget: list }) => {
          if (list.scrollTop + list.clientHeight > list.scrollHeight - 80) loadMore();
        }}
      >
        {options.map((user, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox handles the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus
          <div
            key={user.uuid}
            ref={index === activeIndex ? activeRef : null}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === activeIndex}
            className={styles.option}
            onPointerMove={() => setActive(index)}
            onClick={() => props.onSelect(user)}
          >
            <Avatar user_uuid={user.uuid} display_name={user.display_name} size={36} />
            <span className={styles.names}>
              <span className={styles.name} dir="auto">
                {user.display_name}
              </span>
              <span className={styles.handle}>@{user.handle}</span>
            </span>
          </div>
        ))}
      </div>
      {query !== "" && search.isError && (
        <Button onClick={() => void search.refetch()}>Try again</Button>
      )}
    </div>
  );
}

function statusOf(options: {
  query: string;
  isSettled: boolean;
  count: number;
  search: { error: unknown; isError: boolean; hasNextPage: boolean };
}): string {
  const { query, isSettled, count, search } = options;
  if (query === "") return "Type a name or handle.";
  if (search.isError) return describeError(search.error);
  if (!isSettled && count === 0) return "Searching…";
  if (count === 0) return "Nobody found. Try a part of the name or handle.";
  return `${count}${search.hasNextPage ? "+" : ""} ${count === 1 ? "person" : "people"}`;
}

function useDebounced(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value === "" ? 0 : DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
