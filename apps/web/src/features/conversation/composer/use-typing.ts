import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import { useEffect, useRef, useState } from "react";
import { useLiveEvent } from "../../../lib/live-events.ts";
import { useSession } from "../../../lib/session.tsx";
import { getClient } from "../../../lib/trpc.ts";

const TELL_EVERY_MS = 3_000;
/** On a slow phone the first keys have enough to do without a request. */
const TELL_AFTER_MS = 300;
/** A little more than two tellings: one that is lost doesn't make the line flicker. */
const EXPIRES_MS = 7_000;

/** Tells the others that one is typing, at most every three seconds. @returns call it on input */
export function useSendTyping(message_group_uuid: string | null): () => void {
  const { user } = useSession();
  const toldMs = useRef(0);
  return () => {
    if (message_group_uuid === null || !user.typing_indicators) return;
    if (Date.now() - toldMs.current < TELL_EVERY_MS) return;
    toldMs.current = Date.now();
    setTimeout(() => {
      // Nothing depends on it: a lost telling is followed by another.
      getClient()
        .messages.typing.mutate({ message_group_uuid })
        .catch(() => {});
    }, TELL_AFTER_MS);
  };
}

/** Who is typing, in words; "" when nobody is, or when the person has turned that off. */
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
  const left = [...map].filter(([uuid, untilMs]) => !isGone(uuid, untilMs));
  return left.length === map.size ? map : new Map(left);
}
