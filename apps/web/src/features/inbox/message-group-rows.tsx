import type { MessageGroup } from "@cruddur/contract/message-groups";
import { type CSSProperties, type FocusEvent, useRef, useState } from "react";
import styles from "./message-group-feed.module.css";
import { MessageGroupItem } from "./message-group-item.tsx";
import { useListScroll } from "./use-list-scroll.ts";
import { useRowWindow } from "./use-row-window.ts";

/**
 * The rows of the list of conversations. Of a long list only those near the visible part are in the
 * page, and those that must not go while they have the focus or are open. The parent element scrolls them.
 * @param props.place names the list and its person
 */
export function MessageGroupRows(props: {
  messageGroups: readonly MessageGroup[];
  open_uuid: string | null;
  hasMore: boolean;
  failed: ReadonlySet<string>;
  /** Uuids of people of whom others have the same name. */
  namesakes: ReadonlySet<string>;
  place: string;
}) {
  const { messageGroups, open_uuid, hasMore, failed, namesakes, place } = props;
  const list = useRef<HTMLUListElement>(null);
  const [focused_uuid, setFocused] = useState<string | null>(null);
  const count = messageGroups.length;
  const { from, to } = useRowWindow({ count, list });
  useListScroll({ messageGroups, open_uuid, place, list });

  const shown = new Set(Array.from({ length: to - from }, (_, index) => from + index));
  for (const uuid of [open_uuid, focused_uuid]) {
    const at = uuid === null ? -1 : messageGroups.findIndex((each) => each.uuid === uuid);
    // With its neighbours, so that Tab goes to the next row also where it is out of view.
    if (at >= 0) for (const each of [at - 1, at, at + 1]) shown.add(each);
  }

  const onFocus = ({ target }: FocusEvent) => {
    const position = Number(target.closest("li")?.getAttribute("aria-posinset"));
    setFocused(messageGroups[position - 1]?.uuid ?? null);
  };
  return (
    <ul
      ref={list}
      className={styles.rows}
      style={{ "--rows": count } as CSSProperties}
      onFocus={onFocus}
    >
      {[...shown]
        .sort((a, b) => a - b)
        .map((at) => {
          const messageGroup = messageGroups[at];
          return messageGroup === undefined ? null : (
            <MessageGroupItem
              key={messageGroup.uuid}
              messageGroup={messageGroup}
              at={at}
              count={hasMore ? -1 : count}
              isOpen={messageGroup.uuid === open_uuid}
              showsHandle={namesakes.has(messageGroup.user_uuid)}
              hasFailed={failed.has(messageGroup.uuid)}
            />
          );
        })}
    </ul>
  );
}
