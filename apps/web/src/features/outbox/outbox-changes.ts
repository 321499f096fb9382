import { createStore } from "../../lib/store.ts";
import { addChange } from "./changes.ts";
import { type DrainChangesContext, drainChanges } from "./drain-changes.ts";
import { createDrains } from "./drains.ts";
import type { OutboxOptions } from "./outbox-options.ts";
import type { ConversationQueue, OutboxChange } from "./types.ts";

const NONE: readonly OutboxChange[] = [];

/** A user's changes of messages that the server has not stored yet, by message group, in order. */
export function createOutboxChanges(
  options: Pick<OutboxOptions, "store" | "change" | "channel" | "withLock" | "random"> &
    Pick<OutboxOptions, "onChanged" | "onRefused"> &
    Pick<DrainChangesContext, "pause" | "stopped"> & {
      initial: readonly OutboxChange[];
      /** Called after every stored change of the queue, so that this tab and others show it. */
      onStored(queue: Pick<ConversationQueue, "messages">, message_group_uuid: string): void;
    },
) {
  const { store, channel, withLock, stopped } = options;
  const byMessageGroup = createStore<ReadonlyMap<string, readonly OutboxChange[]>>(new Map());

  const of = (message_group_uuid: string): readonly OutboxChange[] =>
    byMessageGroup.get().get(message_group_uuid) ?? NONE;

  /** Replaces what is known of one conversation. */
  function keep(message_group_uuid: string, changes: readonly OutboxChange[]): void {
    if (changes.length + of(message_group_uuid).length === 0) return;
    const next = new Map(byMessageGroup.get());
    if (changes.length === 0) next.delete(message_group_uuid);
    else next.set(message_group_uuid, changes);
    byMessageGroup.set(next);
  }

  for (const change of options.initial) {
    keep(change.message_group_uuid, [...of(change.message_group_uuid), change]);
  }

  const drain = createDrains({
    withLock,
    lockOf: (message_group_uuid) => `changes-${message_group_uuid}`,
    stopped,
    run: (message_group_uuid) =>
      drainChanges(message_group_uuid, {
        ...options,
        onChanged(event) {
          options.onChanged(event);
          channel.post({ type: "event", event });
        },
        onLeft: show,
      }),
  });

  /** Shows what was stored. */
  function show({ messages, changes }: ConversationQueue, message_group_uuid: string): void {
    keep(message_group_uuid, changes);
    options.onStored({ messages }, message_group_uuid);
  }

  return {
    byMessageGroup,
    of,
    keep,
    show,
    drain,
    /** Takes back every change of a conversation. */
    async discard(message_group_uuid: string): Promise<void> {
      const left = await store.update(message_group_uuid, (queue) => ({ ...queue, changes: [] }));
      show(left, message_group_uuid);
    },
    /** Resolves when the change is stored in this browser; making it goes on after that. */
    async add(change: OutboxChange): Promise<void> {
      const { message_group_uuid } = change;
      show(
        await store.update(message_group_uuid, (queue) => addChange(queue, change)),
        message_group_uuid,
      );
      drain(message_group_uuid);
    },
  };
}
