import { createStore } from "../../lib/store.ts";
import type { OutboxMessage } from "./types.ts";

const NONE: readonly OutboxMessage[] = [];

/** A user's unsent messages in memory, by message group, in the order in which they are sent. */
export function createOutboxMessages(initial: readonly OutboxMessage[]) {
  const byMessageGroup = createStore<ReadonlyMap<string, readonly OutboxMessage[]>>(new Map());

  const of = (message_group_uuid: string): readonly OutboxMessage[] =>
    byMessageGroup.get().get(message_group_uuid) ?? NONE;

  /** Replaces what is known of one conversation. */
  function replace(message_group_uuid: string, messages: readonly OutboxMessage[]): void {
    const next = new Map(byMessageGroup.get());
    if (messages.length === 0) next.delete(message_group_uuid);
    else next.set(message_group_uuid, messages);
    byMessageGroup.set(next);
  }

  const without = ({ message_group_uuid, client_id }: OutboxMessage) =>
    of(message_group_uuid).filter((message) => message.client_id !== client_id);

  function put(message: OutboxMessage): void {
    const messages = [...without(message), message].sort((a, b) => a.order - b.order);
    replace(message.message_group_uuid, messages);
  }

  initial.forEach(put);

  return {
    byMessageGroup,
    of,
    replace,
    /** Adds a message, or replaces what is known of it. */
    put,
    remove: (message: OutboxMessage): void => replace(message.message_group_uuid, without(message)),
  };
}
