import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import { useRef } from "react";
import { useSession } from "../../../lib/session.tsx";
import { getClient } from "../../../lib/trpc.ts";
import { useTypists } from "../../../lib/typing-store.ts";

const SEND_EVERY_MS = 3_000;
/** A delay, so that a slow phone handles the first keys before it sends a request. */
const SEND_AFTER_MS = 300;

/** Sends typing signals, at most one every three seconds. */
export function useSendTyping(message_group_uuid: string | null) {
  const { user } = useSession();
  const sentMs = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  return {
    /** Call it on input. */
    onInput(): void {
      if (message_group_uuid === null || !user.typing_indicators) return;
      if (Date.now() - sentMs.current < SEND_EVERY_MS) return;
      sentMs.current = Date.now();
      timer.current = setTimeout(() => {
        // A lost signal needs no handling, because another one follows.
        getClient()
          .messages.typing.mutate({ message_group_uuid })
          .catch(() => {});
      }, SEND_AFTER_MS);
    },
    /** Call it when the message is sent. A signal that waits is dropped: it would arrive later. */
    onSend(): void {
      clearTimeout(timer.current);
      sentMs.current = 0;
    },
  };
}

/** A line that says who is typing; "" when nobody is, or when the person has turned it off. */
export function useTypingText(
  message_group_uuid: string,
  members: MessageGroupDetail["members"],
): string {
  const { user } = useSession();
  const typists = useTypists(message_group_uuid);
  if (!user.typing_indicators) return "";
  const names = members.filter(({ uuid }) => typists.includes(uuid)).map((one) => one.display_name);
  if (names.length === 0) return "";
  if (names.length > 2) return "Several people are typing…";
  return `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} typing…`;
}
