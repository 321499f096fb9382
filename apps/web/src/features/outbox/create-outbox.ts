import { createClientId } from "@cruddur/contract/ids";
import type { Message } from "@cruddur/contract/messages";
import { normalizeText } from "@cruddur/contract/text";
import { serverNow } from "../../lib/clock.ts";
import { createDrafts } from "./drafts.ts";
import { drainConversation } from "./drain.ts";
import { createDrains, createPause } from "./drains.ts";
import { createOutboxChanges } from "./outbox-changes.ts";
import { createOutboxMessages } from "./outbox-messages.ts";
import type { OutboxOptions } from "./outbox-options.ts";
import type { MessageChange, OutboxChange, OutboxMessage, OutboxStore } from "./types.ts";

export type Outbox = Awaited<ReturnType<typeof createOutbox>>;

/**
 * One user's unsent messages and drafts. Every message is stored before the form is cleared. The
 * messages of a conversation are sent in order and once, by the tab that holds the conversation's
 * lock, and kept until the server has stored them or the person deletes them.
 *
 * The state in memory follows from this tab's own writes. Storage is read at the start, under the
 * lock to find the next message to send, and for a conversation that another tab has changed.
 */
export async function createOutbox(options: OutboxOptions) {
  const { store, channel } = options;
  const stopped = new AbortController();
  const loaded = await store.load();
  const messages = createOutboxMessages(loaded.messages);
  const drafts = createDrafts({ store, initial: loaded.drafts, channel });
  /** Counts this tab's writes, so that a read that began before one of them is repeated. */
  let writes = 0;
  let reading: Promise<void> = Promise.resolve();

  function postChange(message_group_uuid: string): void {
    writes += 1;
    channel.post({ type: "changed", message_group_uuid });
  }

  function put(message: OutboxMessage): void {
    messages.put(message);
    postChange(message.message_group_uuid);
  }

  function remove(message: OutboxMessage): void {
    messages.remove(message);
    postChange(message.message_group_uuid);
  }

  /** Reads what another tab has changed. One read at a time, so that the latest answer stays. */
  function reread(message_group_uuid: string): Promise<void> {
    reading = reading.then(async () => {
      for (let isCurrent = false; !isCurrent; ) {
        const before = writes;
        const stored = await store.messagesOf(message_group_uuid);
        const left = await store.changesOf(message_group_uuid);
        isCurrent = before === writes;
        if (!isCurrent) continue;
        messages.replace(message_group_uuid, stored);
        changes.keep(message_group_uuid, left);
      }
    });
    return reading;
  }

  const pause = createPause(options.onOnline, stopped.signal);
  const changes = createOutboxChanges({
    ...options,
    initial: loaded.changes,
    pause,
    stopped: stopped.signal,
    onStored({ messages: unsent }, message_group_uuid) {
      messages.replace(message_group_uuid, unsent);
      postChange(message_group_uuid);
    },
  });
  const drain = createDrains({
    withLock: options.withLock,
    lockOf: (message_group_uuid) => message_group_uuid,
    stopped: stopped.signal,
    run: (message_group_uuid) =>
      drainConversation(message_group_uuid, {
        store,
        pause,
        stopped: stopped.signal,
        random: options.random,
        send: options.send,
        isOnline: options.isOnline ?? (() => true),
        onSent(message: Message) {
          options.onSent(message);
          channel.post({ type: "sent", message });
        },
        onChanged: put,
        onRemoved: remove,
        onSettled(left, uuid) {
          changes.show(left, uuid);
          changes.drain(uuid);
        },
      }),
  });

  function drainWaiting(message_group_uuid: string): void {
    const isWaiting = messages.of(message_group_uuid).some(({ state }) => state !== "failed");
    if (isWaiting) drain(message_group_uuid);
    if (changes.of(message_group_uuid).length > 0) changes.drain(message_group_uuid);
  }

  async function patch(
    message: OutboxMessage,
    change: Parameters<OutboxStore["patch"]>[1],
  ): Promise<void> {
    const changed = await store.patch(message.client_id, change);
    if (changed === undefined) remove(message);
    else put(changed);
  }

  /** Queues the messages again that were held until the person signed in. */
  async function release(): Promise<void> {
    const all = [...messages.byMessageGroup.get().values()].flat();
    const held = all.filter(({ state }) => state === "held");
    await Promise.all(held.map((message) => patch(message, { state: "queued" })));
    const waiting = [
      ...messages.byMessageGroup.get().keys(),
      ...changes.byMessageGroup.get().keys(),
    ];
    new Set(waiting).forEach(drainWaiting);
  }

  channel.listen((message) => {
    if (message.type === "sent") {
      options.onSent(message.message);
      return;
    }
    if (message.type === "event") {
      options.onChanged(message.event);
      return;
    }
    const { message_group_uuid } = message;
    if (message.type === "draft") void drafts.reread(message_group_uuid);
    else void reread(message_group_uuid).then(() => drainWaiting(message_group_uuid));
  });
  const stopPageExit = options.onPageExit(drafts.saveOnPageExit);
  await release();

  return {
    /** The unsent messages of every conversation, in order. */
    byMessageGroup: messages.byMessageGroup,
    drafts,
    /** False when unsent messages would be lost with the page. */
    isDurable: () => store.durable,
    messagesOf: messages.of,
    /** The changes of messages that the server has not stored yet, by message group. */
    changes: changes.byMessageGroup,
    changesOf: changes.of,

    /**
     * Resolves when the message is stored in this browser; sending it goes on after that. The form
     * is emptied at once, so that a second Enter sends nothing. The stored draft is deleted in the
     * transaction that stores the message.
     */
    async send(
      to: { message_group_uuid: string; handle: string | null },
      text: string,
      { reply_to }: { reply_to?: string } = {},
    ) {
      const { message_group_uuid, handle } = to;
      drafts.clear(message_group_uuid);
      try {
        const { message, draft } = await store.enqueue({
          client_id: createClientId(),
          message_group_uuid,
          handle,
          message: normalizeText(text),
          created_at: new Date(serverNow()).toISOString(),
          ...(reply_to !== undefined && { reply_to }),
        });
        drafts.acceptStored(message_group_uuid, draft);
        channel.post({ type: "draft", message_group_uuid });
        put(message);
      } catch (error) {
        drafts.set(message_group_uuid, text + drafts.textOf(message_group_uuid));
        throw error;
      }
      drain(message_group_uuid);
    },

    /**
     * Changes a message: at once in this browser, and on the server as soon as it can be reached. A
     * message that is not sent yet is changed or withdrawn here.
     * @param of.message_uuid null while only the outbox has the message
     */
    async change(
      of: Pick<OutboxChange, "message_group_uuid" | "message_uuid" | "client_id">,
      made: MessageChange,
    ) {
      await changes.add({
        ...of,
        ...made,
        op_id: createClientId(),
        created_at: new Date(serverNow()).toISOString(),
      });
    },

    /** Sends a failed message again. */
    async retry(message: OutboxMessage) {
      await patch(message, { state: "queued", attempts: 0, error: null });
      drain(message.message_group_uuid);
    },

    /** Moves a failed message back into the form. */
    async edit(message: OutboxMessage) {
      const { message_group_uuid } = message;
      const draft = await store.revert(message.client_id);
      if (draft !== undefined) drafts.replace(message_group_uuid, draft);
      channel.post({ type: "draft", message_group_uuid });
      remove(message);
    },

    /** Deletes a failed message. */
    async discard(message: OutboxMessage) {
      await store.remove(message.client_id);
      remove(message);
    },

    /** Takes back every change of a conversation that the server has not stored yet. */
    discardChanges: changes.discard,

    release,

    /** Saves drafts and stops. Unsent messages stay stored for the next start. */
    async stop() {
      stopped.abort();
      stopPageExit();
      await drafts.flush();
      channel.close();
      store.close();
    },
  };
}
