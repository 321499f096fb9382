import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import { useEffect, useRef, useState } from "react";
import { useLiveEvent } from "../../../lib/live-events.ts";
import { useSession } from "../../../lib/session.tsx";
import { getClient } from "../../../lib/trpc.ts";

const SEND_EVERY_MS = 3_000;
/** A delay, so that a slow phone handles the first keys before it sends a request. */
const SEND_AFTER_MS = 300;
/** A little longer than two signals, so that a lost one does not make the line flicker. */
const EXPIRES_MS = 7_000;

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
  const [until, setUntil] = useState<ReadonlyMap<string, number>>(new Map());

  useLiveEvent("typing", (event) => {
    if (event.message_group_uuid !== message_group_uuid || event.user_uuid === user.uuid) return;
    setUntil((before) => new Map(before).set(event.user_uuid, Date.now() + EXPIRES_MS));
  });
  useLiveEvent("message", ({ message }) => {
    setUntil((before) => without(before, (uuid) => uuid === message.user_uuid));
  });
  useEffect(() => {
    if (until.size === 0) return;
    const next = Math.min(...until.values());
    const timer = setTimeout(
      () => setUntil((before) => without(before, (_, at) => at <= Date.now())),
      Math.max(0, next - Date.now()) + 10,
    );
    return () => clearTimeout(timer);
  }, [until]);

  if (!user.typing_indicators) return "";
  const names = members.filter(({ uuid }) => until.has(uuid)).map((one) => one.display_name);
  if (names.length === 0) return "";
  if (names.length > 2) return "Several people are typing…";
  return `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} typing…`;
}

function without(
  map: ReadonlyMap<string, number>,
  isGone: (uuid: string, untilMs: number) => boolean,
): ReadonlyMap<string, number> {
  const kept = [...map].filter(([uuid, untilMs]) => !isGone(uuid, untilMs));
  return kept.length === map.size ? map : new Map(kept);
}
