import { onLiveEvent } from "./live-events.ts";
import { createStore, useEntry } from "./store.ts";

/** A little longer than two signals, so that a lost one does not make the line flicker. */
const EXPIRES_MS = 7_000;

const NOBODY: readonly string[] = [];
type TypingUsers = ReadonlyMap<string, readonly string[]>;

/** Uuids of the people who are typing, by message group. */
const typingUsers = createStore<TypingUsers>(new Map());

/**
 * Follows the typing signals of other people, until their message arrives or the signals stop.
 * @returns stop
 */
export function startTyping({ user_uuid }: { user_uuid: string }): () => void {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  function set(message_group_uuid: string, typist: string, isTyping: boolean): void {
    const key = `${message_group_uuid} ${typist}`;
    clearTimeout(timers.get(key));
    timers.delete(key);
    const before = typingUsers.get().get(message_group_uuid) ?? NOBODY;
    if (isTyping) {
      timers.set(
        key,
        setTimeout(() => set(message_group_uuid, typist, false), EXPIRES_MS),
      );
    }
    if (before.includes(typist) === isTyping) return;
    const after = isTyping ? [...before, typist] : before.filter((uuid) => uuid !== typist);
    typingUsers.set(new Map(typingUsers.get()).set(message_group_uuid, after));
  }

  const stops = [
    onLiveEvent("typing", (event) => {
      if (event.user_uuid !== user_uuid) set(event.message_group_uuid, event.user_uuid, true);
    }),
    onLiveEvent("message", ({ message }) => {
      set(message.message_group_uuid, message.user_uuid, false);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const timer of timers.values()) clearTimeout(timer);
    typingUsers.set(new Map());
  };
}

/** Uuids of the people who are typing in a message group. */
export function useTypists(message_group_uuid: string): readonly string[] {
  return useEntry(typingUsers, message_group_uuid) ?? NOBODY;
}

/** The same outside React. */
export function typistsOf(message_group_uuid: string): readonly string[] {
  return typingUsers.get().get(message_group_uuid) ?? NOBODY;
}
