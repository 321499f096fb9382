import { useMemo, useSyncExternalStore } from "react";
import { useStore } from "../../lib/store.ts";
import type { Outbox } from "./create-outbox.ts";
import { currentOutbox } from "./outbox.ts";
import type { OutboxMessage } from "./types.ts";

export const noSubscription = () => () => {};

/** The outbox of the signed-in person; null until it is open. */
export function useOutbox(): Outbox | null {
  return useStore(currentOutbox)?.outbox ?? null;
}

/** The message groups with a failed message, which the inbox marks. */
export function useFailedMessageGroups(): ReadonlySet<string> {
  const outbox = useOutbox();
  const byMessageGroup = useSyncExternalStore(
    outbox?.byMessageGroup.subscribe ?? noSubscription,
    () => (outbox ? outbox.byMessageGroup.get() : null),
  );
  return useMemo(() => {
    const failed = [...(byMessageGroup ?? [])].filter(([, messages]) =>
      messages.some(({ state }) => state === "failed"),
    );
    return new Set(failed.map(([message_group_uuid]) => message_group_uuid));
  }, [byMessageGroup]);
}

/** The draft of a message group; "" without one. */
export function useDraftText(message_group_uuid: string): string {
  const outbox = useOutbox();
  return useSyncExternalStore(
    outbox?.drafts.all.subscribe ?? noSubscription,
    () => outbox?.drafts.textOf(message_group_uuid) ?? "",
  );
}

/** The newest message of a message group that the server has not stored; null without one. */
export function useNewestUnsent(message_group_uuid: string): OutboxMessage | null {
  const outbox = useOutbox();
  return useSyncExternalStore(
    outbox?.byMessageGroup.subscribe ?? noSubscription,
    () => outbox?.messagesOf(message_group_uuid).at(-1) ?? null,
  );
}
