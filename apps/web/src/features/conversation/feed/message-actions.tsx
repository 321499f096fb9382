import { type Ref, useImperativeHandle, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { paths } from "../../../lib/routes.ts";
import { CopyIcon, LinkIcon } from "../../../ui/icons.tsx";
import { type MenuItem, MenuPanel } from "../../../ui/menu.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import { useOutbox } from "../../outbox/use-outbox.ts";
import type { MessageRow } from "./feed-rows.ts";
import { findLinks } from "./message-text.tsx";

export interface MessageActionsHandle {
  open(row: MessageRow, opener: HTMLElement): void;
}

/** The menu of a message. One menu serves all rows, and is filled when it opens. */
export function MessageActions(props: { ref: Ref<MessageActionsHandle>; onDone(): void }) {
  const outbox = useOutbox();
  const panel = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLElement>(null);
  const [row, setRow] = useState<MessageRow | null>(null);

  useImperativeHandle(props.ref, () => ({
    open(next, element) {
      opener.current = element;
      flushSync(() => setRow(next));
      panel.current?.showPopover();
    },
  }));

  function itemsOf({ pending, message, text }: MessageRow): MenuItem[] {
    const items: MenuItem[] = [];
    if (pending?.state === "failed" && outbox) {
      items.push(
        { label: "Try again", onSelect: () => void outbox.retry(pending) },
        {
          label: "Edit",
          onSelect: () => void outbox.edit(pending).then(props.onDone),
        },
        {
          label: "Delete",
          tone: "danger",
          onSelect: () => void outbox.discard(pending).then(props.onDone),
        },
      );
    }
    if (text !== "") {
      items.push({
        label: "Copy text",
        icon: <CopyIcon />,
        onSelect: () => void copy(text, "Message copied"),
      });
    }
    if (message !== null) {
      const path = paths.messageGroup(message.message_group_uuid, { message: message.uuid });
      items.push({
        label: "Copy link",
        icon: <LinkIcon />,
        onSelect: () => void copy(new URL(path, location.href).href, "Link copied"),
      });
    }
    for (const href of new Set(findLinks(text).map((link) => link.href))) {
      items.push({
        label: `Open ${href.length > 60 ? `${href.slice(0, 60)}…` : href}`,
        onSelect: () => window.open(href, "_blank", "noopener,noreferrer"),
      });
    }
    return items;
  }

  return (
    <MenuPanel
      ref={panel}
      label="Message actions"
      items={row === null ? [] : itemsOf(row)}
      anchor={() => opener.current}
    />
  );
}

async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ text: done });
  } catch {
    showToast({ text: "The browser doesn't allow copying.", tone: "danger" });
  }
}
