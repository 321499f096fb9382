import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useSession } from "../../lib/session.tsx";
import { useStore } from "../../lib/store.ts";
import type { Outbox } from "./create-outbox.ts";
import { currentOutbox } from "./outbox.ts";
import { outboxAddressOf } from "./outbox-address.ts";
import { readStartupDraft, saveStartupDraft } from "./startup-draft.ts";
import type { MessageTarget, OutboxMessage } from "./types.ts";

const NONE: readonly OutboxMessage[] = [];
const noSubscription = () => () => {};

/** The running outbox; null for the moment it takes to read it from storage. */
export function useOutbox(): Outbox | null {
  return useStore(currentOutbox)?.outbox ?? null;
}

/** The conversation's messages that the server doesn't have yet, in order. */
export function useOutboxMessages(target: MessageTarget): readonly OutboxMessage[] {
  const outbox = useOutbox();
  const { message_group_uuid } = useOutboxAddress(target);
  return useSyncExternalStore(outbox?.messagesByMessageGroup.subscribe ?? noSubscription, () =>
    outbox ? outbox.messagesOf(message_group_uuid) : NONE,
  );
}

/** The conversations with a message that needs the person: for a badge in the inbox. */
export function useFailedMessageGroups(): ReadonlySet<string> {
  const outbox = useOutbox();
  const messagesByMessageGroup = useSyncExternalStore(
    outbox?.messagesByMessageGroup.subscribe ?? noSubscription,
    () => (outbox ? outbox.messagesByMessageGroup.get() : null),
  );
  return useMemo(() => {
    const failed = [...(messagesByMessageGroup ?? [])].filter(([, messages]) =>
      messages.some((row) => row.state === "failed"),
    );
    return new Set(failed.map(([group]) => group));
  }, [messagesByMessageGroup]);
}

/** Where the target's messages and draft are kept. */
export function useOutboxAddress(target: MessageTarget) {
  const { user } = useSession();
  const group = "message_group_uuid" in target ? target.message_group_uuid : null;
  const handle = "handle" in target ? target.handle : null;
  const receiver = "handle" in target ? target.receiver.uuid : null;
  return useMemo(
    () =>
      handle !== null && receiver !== null
        ? outboxAddressOf({ handle, receiver: { uuid: receiver } }, user.uuid)
        : { message_group_uuid: group ?? "", handle: null },
    [group, handle, receiver, user.uuid],
  );
}

/**
 * The conversation's draft as a form's value. `setEditing` tells whether the form has focus, for
 * then no other tab's text replaces it.
 */
export function useDraft(target: MessageTarget): {
  text: string;
  setText(text: string): void;
  setEditing(isEditing: boolean): void;
  /** False for the moment before stored drafts are known. */
  isReady: boolean;
} {
  const outbox = useOutbox();
  const { message_group_uuid: group } = useOutboxAddress(target);
  const { user } = useSession();
  const key = `${user.uuid}-${group}`;
  // What is typed in the first moment waits here until the outbox is open.
  const [early, setEarly] = useState(() => readStartupDraft(key));
  const stored = useSyncExternalStore(outbox?.drafts.all.subscribe ?? noSubscription, () =>
    outbox ? outbox.drafts.textOf(group) : "",
  );
  useEffect(() => {
    if (outbox === null || early === "") return;
    outbox.drafts.set(group, outbox.drafts.textOf(group) + early);
    // From here on the outbox stores it, even in the page's last moment.
    setEarly("");
    saveStartupDraft(key, "");
  }, [outbox, early, group, key]);
  useEffect(() => () => outbox?.drafts.setEditing(group, false), [outbox, group]);
  return {
    text: outbox ? stored + early : early,
    setText: useCallback(
      (text) => {
        if (outbox) outbox.drafts.set(group, text);
        else {
          setEarly(text);
          saveStartupDraft(key, text);
        }
      },
      [outbox, group, key],
    ),
    setEditing: useCallback(
      (isEditing) => outbox?.drafts.setEditing(group, isEditing),
      [outbox, group],
    ),
    isReady: outbox !== null,
  };
}
