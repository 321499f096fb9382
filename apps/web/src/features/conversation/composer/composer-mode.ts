import type { Message } from "@cruddur/contract/messages";
import { useSyncExternalStore } from "react";
import { createStore } from "../../../lib/store.ts";
import { onMessageSent } from "../../outbox/outbox.ts";

/** What the composer does other than writing a new message. */
export type ComposerMode =
  | { kind: "reply"; message: Message }
  | {
      kind: "edit";
      /** null while only the outbox has the message. */
      message_uuid: string | null;
      client_id: string;
      /** The text as it was, and as it is typed. The draft of the conversation is kept apart. */
      before: string;
      text: string;
    };

/** By person and conversation, so that the mode is still there when the person comes back. */
const modes = createStore<ReadonlyMap<string, ComposerMode>>(new Map());

const keyOf = (user_uuid: string, message_group_uuid: string) =>
  `${user_uuid}/${message_group_uuid}`;

export function setComposerMode(
  user_uuid: string,
  message_group_uuid: string,
  mode: ComposerMode | null,
): void {
  const next = new Map(modes.get());
  if (mode === null) next.delete(keyOf(user_uuid, message_group_uuid));
  else next.set(keyOf(user_uuid, message_group_uuid), mode);
  modes.set(next);
}

/** The mode of a conversation's composer; null while it writes a new message. */
export function useComposerMode(
  user_uuid: string,
  message_group_uuid: string,
): ComposerMode | null {
  const key = keyOf(user_uuid, message_group_uuid);
  return useSyncExternalStore(modes.subscribe, () => modes.get().get(key) ?? null);
}

// A message may be stored while it is edited: from then on its uuid names it.
onMessageSent(({ client_id, user_uuid, message_group_uuid, uuid }) => {
  const mode = modes.get().get(keyOf(user_uuid, message_group_uuid));
  if (mode?.kind !== "edit" || mode.client_id !== client_id) return;
  setComposerMode(user_uuid, message_group_uuid, { ...mode, message_uuid: uuid });
});
