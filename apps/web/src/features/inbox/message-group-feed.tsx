import type { Folder, MessageGroup } from "@cruddur/contract/message-groups";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import { describeError } from "../../lib/errors.ts";
import { liveNames } from "../../lib/inbox-store.ts";
import { useSession } from "../../lib/session.tsx";
import { useStore } from "../../lib/store.ts";
import { Button } from "../../ui/button.tsx";
import { CheckIcon, WarningIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { useFailedMessageGroups } from "../outbox/use-outbox.ts";
import styles from "./message-group-feed.module.css";
import { MessageGroupNewItem } from "./message-group-new-item.tsx";
import { MessageGroupRows } from "./message-group-rows.tsx";
import { findNamesakes } from "./namesakes.ts";
import type { useInbox } from "./use-inbox.ts";
import { Welcome } from "./welcome.tsx";

/**
 * The list of conversations, the newest first. It loads more as it is scrolled. Use the filter as
 * its `key`: a long list is then shown from its start again.
 */
export function MessageGroupFeed(props: {
  inbox: ReturnType<typeof useInbox>;
  open_uuid: string | null;
  /** The handle of the receiver of a first message, who has no conversation with the user yet. */
  newHandle: string | null;
  unread: boolean;
  folder: Folder;
  onShowAll(): void;
  onCompose(): void;
}) {
  const { inbox, open_uuid, newHandle, unread, folder, onShowAll, onCompose } = props;
  const { user } = useSession();
  const failed = useFailedMessageGroups();
  const namesakes = useNamesakes(inbox.messageGroups);
  const scroller = useRef<HTMLDivElement>(null);
  const end = useLoadMore(inbox.loadMore, scroller);

  if (inbox.isLoading) return <MessageGroupFeedSkeleton />;
  if (inbox.error !== null) {
    return (
      <Notice
        title="Your messages didn't load"
        icon={<WarningIcon />}
        action={<Button onClick={inbox.retry}>Try again</Button>}
      >
        {describeError(inbox.error)}
      </Notice>
    );
  }
  if (folder !== "inbox" && inbox.messageGroups.length === 0) {
    return (
      <p className={styles.empty}>{folder === "archive" ? "Nothing is archived" : "No requests"}</p>
    );
  }
  if (inbox.messageGroups.length === 0 && newHandle === null) {
    return unread ? (
      <Notice
        title="All read"
        icon={<CheckIcon />}
        action={<Button onClick={onShowAll}>Show all</Button>}
      >
        You have no unread messages.
      </Notice>
    ) : (
      <>
        <p className={styles.empty}>No messages yet</p>
        <div className={styles.welcome}>
          <Welcome onCompose={onCompose} />
        </div>
      </>
    );
  }
  return (
    <div className={styles.scroller} ref={scroller}>
      {newHandle !== null && <MessageGroupNewItem handle={newHandle} />}
      {inbox.messageGroups.length > 0 && (
        <MessageGroupRows
          messageGroups={inbox.messageGroups}
          open_uuid={open_uuid}
          hasMore={inbox.hasMore}
          failed={failed}
          namesakes={namesakes}
          place={`${user.uuid} ${folder} ${unread}`}
        />
      )}
      <div ref={end} className={styles.end}>
        {inbox.moreFailed ? (
          <Button onClick={inbox.loadMore}>Load more</Button>
        ) : (
          inbox.hasMore && <span className="visually-hidden">Loading more conversations</span>
        )}
      </div>
    </div>
  );
}

function useNamesakes(messageGroups: readonly MessageGroup[]): ReadonlySet<string> {
  const names = useStore(liveNames);
  return useMemo(
    () =>
      findNamesakes(
        messageGroups.map(({ user_uuid, display_name }) => ({
          user_uuid,
          display_name: names.get(user_uuid)?.display_name ?? display_name,
        })),
      ),
    [messageGroups, names],
  );
}

/** Calls `loadMore` while the end of the list is close to the visible part. */
function useLoadMore(loadMore: () => void, scroller: RefObject<HTMLElement | null>) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (end.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) loadMore();
      },
      { root: scroller.current, rootMargin: "800px" },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  });
  return end;
}

const SKELETON_ROWS = [72, 108, 90, 120, 84, 100, 76, 112];

export function MessageGroupFeedSkeleton() {
  return (
    <div className={styles.scroller} aria-hidden="true">
      {SKELETON_ROWS.map((width) => (
        <div key={width} className={styles.skeleton}>
          <Skeleton width={44} height={44} round />
          <div className={styles.lines}>
            <Skeleton width={width} height={13} />
            <Skeleton width={width * 1.6} height={11} />
          </div>
        </div>
      ))}
    </div>
  );
}
