import { type Ref, useContext, useImperativeHandle, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { paths } from "../../../lib/routes.ts";
import { CopyIcon, LinkIcon } from "../../../ui/icons.tsx";
import { type MenuItem, MenuPanel } from "../../../ui/menu.tsx";
import { EditIcon, PeopleIcon, ReplyIcon, TrashIcon } from "../../../ui/message-icons.tsx";
import type { Outbox } from "../../outbox/create-outbox.ts";
import { useOutbox } from "../../outbox/use-outbox.ts";
import { askAboutPerson } from "../../people/person-question.ts";
import type { MessageRow } from "../feed/feed-rows.ts";
import { LinksShown } from "../feed/links-shown.ts";
import { findLinks } from "../feed/message-text.tsx";
import { copyText } from "./copy-text.ts";
import { type MessageCommands, useMessageCommands } from "./message-commands.ts";
import { QuickReactions } from "./quick-reactions.tsx";

export interface MessageMenuHandle {
  /** @param content `reactions` for the emoji alone */
  open(row: MessageRow, opener: HTMLElement, content?: "reactions"): void;
}

/** The menu of a message. One menu serves all rows, and is filled when it opens. */
export function MessageMenu(props: { ref: Ref<MessageMenuHandle>; onDone(): void }) {
  const outbox = useOutbox();
  const commands = useMessageCommands();
  const showsLinks = useContext(LinksShown);
  const panel = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLElement>(null);
  const [shown, setShown] = useState<{ row: MessageRow; content?: "reactions" } | null>(null);

  useImperativeHandle(props.ref, () => ({
    open(row, element, content) {
      opener.current = element;
      flushSync(() => setShown({ row, ...(content && { content }) }));
      panel.current?.showPopover();
    },
  }));

  const row = shown?.row;
  const hasItems = row !== undefined && shown?.content === undefined;
  return (
    <MenuPanel
      ref={panel}
      label="Message actions"
      items={
        hasItems
          ? [...outboxItems(row, outbox, props.onDone), ...itemsOf(row, commands, showsLinks)]
          : []
      }
      header={
        row !== undefined &&
        commands.actionsOn(row).has("react") && (
          <QuickReactions key={row.key} row={row} isAlone={!hasItems} />
        )
      }
      anchor={() => opener.current}
    />
  );
}

/** What can be done to a message that the server has refused. */
function outboxItems(
  { pending }: MessageRow,
  outbox: Outbox | null,
  onDone: () => void,
): MenuItem[] {
  if (pending?.state !== "failed" || outbox === null) return [];
  const discard = () => void outbox.discard(pending).then(onDone);
  return [
    { label: "Try again", onSelect: () => void outbox.retry(pending) },
    { label: "Edit", icon: <EditIcon />, onSelect: () => void outbox.edit(pending).then(onDone) },
    { label: "Delete", icon: <TrashIcon />, tone: "danger", onSelect: discard },
  ];
}

function itemsOf(row: MessageRow, commands: MessageCommands, showsLinks: boolean): MenuItem[] {
  const { message, text, reply_to } = row;
  const can = commands.actionsOn(row);
  const items: (MenuItem | false)[] = [
    can.has("reply") && {
      label: "Reply",
      icon: <ReplyIcon />,
      onSelect: () => commands.reply(row),
    },
    can.has("edit") && { label: "Edit", icon: <EditIcon />, onSelect: () => commands.edit(row) },
    can.has("copy") &&
      text !== "" && {
        label: "Copy text",
        icon: <CopyIcon />,
        onSelect: () => void copyText(text, "Message copied"),
      },
    can.has("link") &&
      message !== null && {
        label: "Copy link",
        icon: <LinkIcon />,
        onSelect: () => void copyText(linkTo(message), "Link copied"),
      },
    reply_to !== null && {
      label: "Go to the answered message",
      onSelect: () => commands.goTo(reply_to),
    },
    (message?.reactions.length ?? 0) > 0 && {
      label: "Who reacted",
      icon: <PeopleIcon />,
      onSelect: () => commands.ask({ kind: "reactions", row }),
    },
    ...[...new Set(showsLinks ? findLinks(text).map((link) => link.href) : [])].map((href) => ({
      label: `Open ${href.length > 60 ? `${href.slice(0, 60)}…` : href}`,
      onSelect: () => void window.open(href, "_blank", "noopener,noreferrer"),
    })),
    can.has("delete") && {
      label: "Delete",
      icon: <TrashIcon />,
      tone: "danger",
      onSelect: () => commands.ask({ kind: "delete", row }),
    },
    can.has("hide") && {
      label: "Delete for me",
      icon: <TrashIcon />,
      tone: "danger",
      onSelect: () => commands.ask({ kind: "hide", row }),
    },
    can.has("report") &&
      message !== null && {
        label: "Report",
        tone: "danger",
        onSelect: () => askAboutMessage(message),
      },
  ];
  return items.filter((item) => item !== false);
}

function askAboutMessage(message: NonNullable<MessageRow["message"]>): void {
  const { user_uuid, display_name, message_group_uuid, uuid: message_uuid } = message;
  askAboutPerson({
    ...{ kind: "report", user_uuid, display_name, message_group_uuid, message_uuid },
  });
}

function linkTo(message: NonNullable<MessageRow["message"]>): string {
  const path = paths.messageGroup(message.message_group_uuid, { message: message.uuid });
  return new URL(path, location.href).href;
}
