import type { MessageGroup } from "@cruddur/contract/message-groups";
import { useEffect, useRef } from "react";
import { MenuPanel } from "../../ui/menu.tsx";
import { useConversationItems } from "./use-conversation-items.ts";

/**
 * The menu of a row of the inbox. It is loaded and made when it is opened for the first time.
 * @param props.opened how often it was opened; each higher number opens it
 */
export default function ConversationMenu(props: {
  messageGroup: MessageGroup;
  title: string;
  opened: number;
  anchor(): HTMLElement | null;
}) {
  const { messageGroup, title, opened, anchor } = props;
  const menu = useRef<HTMLDivElement>(null);
  const items = useConversationItems(messageGroup);
  useEffect(() => {
    if (opened > 0 && !menu.current?.matches(":popover-open")) menu.current?.showPopover();
  }, [opened]);
  return (
    <MenuPanel ref={menu} label={`Conversation with ${title}`} items={items} anchor={anchor} />
  );
}
