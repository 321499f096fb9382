import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { useSession } from "../../lib/session.tsx";
import { outboxAddressOf } from "./outbox-address.ts";
import { setStartupDraft, startupDraftsOf } from "./startup-drafts.ts";
import type { MessageTarget, OutboxChange, OutboxMessage } from "./types.ts";
import { noSubscription, useOutbox } from "./use-outbox.ts";

const NONE: readonly OutboxMessage[] = [];
const NO_CHANGES: readonly OutboxChange[] = [];

/** The conversation's messages that the server has not stored yet, in order. */
export function useOutboxMessages(target: MessageTarget): readonly OutboxMessage[] {
  const outbox = useOutbox();
  const { message_group_uuid } = useOutboxAddress(target);
  return useSyncExternalStore(outbox?.byMessageGroup.subscribe ?? noSubscription, () =>
    outbox ? outbox.messagesOf(message_group_uuid) : NONE,
  );
}

/** The conversation's changes of messages that the server has not stored yet, in order. */
export function useOutboxChanges(message_group_uuid: string): readonly OutboxChange[] {
  const outbox = useOutbox();
  return useSyncExternalStore(outbox?.changes.subscribe ?? noSubscription, () =>
    outbox ? outbox.changesOf(message_group_uuid) : NO_CHANGES,
  );
}

/** The conversation under which the target's messages and draft are stored. */
export function useOutboxAddress(target: MessageTarget) {
  const { user } = useSession();
  const messageGroup = "message_group_uuid" in target ? target.message_group_uuid : null;
  const handle = "handle" in target ? target.handle : null;
  const receiver = "handle" in target ? target.receiver.uuid : null;
  return useMemo(
    () =>
      handle !== null && receiver !== null
        ? outboxAddressOf({ handle, receiver: { uuid: receiver } }, user.uuid)
        : { message_group_uuid: messageGroup ?? "", handle: null },
    [messageGroup, handle, receiver, user.uuid],
  );
}

/**
 * The conversation's draft as a form's value. Until the outbox is open, the text is kept among the
 * startup drafts, which the outbox then takes over.
 */
export function useDraft(target: MessageTarget): {
  text: string;
  setText(text: string): void;
  /** Say whether the form has focus. A form with focus keeps its text when another tab changes it. */
  setEditing(isEditing: boolean): void;
} {
  const outbox = useOutbox();
  const { message_group_uuid } = useOutboxAddress(target);
  const { user } = useSession();
  const startup = startupDraftsOf(user.uuid);
  const text = useSyncExternalStore((outbox?.drafts.all ?? startup).subscribe, () =>
    outbox
      ? outbox.drafts.textOf(message_group_uuid)
      : (startup.get().get(message_group_uuid)?.text ?? ""),
  );
  const isEditing = useRef(false);
  useEffect(() => {
    outbox?.drafts.setEditing(message_group_uuid, isEditing.current);
    return () => outbox?.drafts.setEditing(message_group_uuid, false);
  }, [outbox, message_group_uuid]);
  return {
    text,
    setText: useCallback(
      (next) => {
        if (outbox) outbox.drafts.set(message_group_uuid, next);
        else setStartupDraft(user.uuid, message_group_uuid, next);
      },
      [outbox, message_group_uuid, user.uuid],
    ),
    setEditing: useCallback(
      (next) => {
        isEditing.current = next;
        outbox?.drafts.setEditing(message_group_uuid, next);
      },
      [outbox, message_group_uuid],
    ),
  };
}
