import { createClientId } from "@cruddur/contract/ids";
import type { Message } from "@cruddur/contract/messages";
import { normalizeText } from "@cruddur/contract/text";
import { serverNow } from "../../lib/clock.ts";
import { createDrafts } from "./drafts.ts";
import { drainConversation } from "./drain.ts";
import { createOutboxMessages } from "./outbox-messages.ts";
import type { TabChannel } from "./tab-channel.ts";
import type { OutboxMessage, OutboxStore, SendMessage } from "./types.ts";

export interface OutboxOptions {
  store: OutboxStore;
  send: SendMessage;
  channel: TabChannel;
  /** Runs `task` while no other tab holds `name`. Rejects when aborted before the task started. */
  withLock(name: string, task: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Calls back when the network is back. @returns unsubscribe */
  onOnline(listener: () => void): () => void;
  /** Calls back when the page may be about to close. @returns unsubscribe */
  onPageExit(listener: () => void): () => void;
  /** Called when the server has stored a message, sent from this tab or another. */
  onSent(message: Message): void;
  random?: () => number;
}

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
  const draining = new Map<string, { again: boolean }>();
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
        isCurrent = before === writes;
        if (isCurrent) messages.replace(message_group_uuid, stored);
      }
    });
    return reading;
  }

  function pause(ms: number, ignoresOnline: boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stopListening();
        stopped.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      const stopListening = ignoresOnline ? () => {} : options.onOnline(done);
      stopped.signal.addEventListener("abort", done);
    });
  }

  function drain(message_group_uuid: string): void {
    if (stopped.signal.aborted) return;
    const running = draining.get(message_group_uuid);
    if (running) {
      running.again = true;
      return;
    }
    const run = { again: false };
    draining.set(message_group_uuid, run);
    const context = {
      store,
      send: options.send,
      onSent(message: Message) {
        options.onSent(message);
        channel.post({ type: "sent", message });
      },
      onChanged: put,
      onRemoved: remove,
      pause,
      stopped: stopped.signal,
      random: options.random,
    };
    const task = () => drainConversation(message_group_uuid, context);
    options
      .withLock(message_group_uuid, task, stopped.signal)
      .catch((error: unknown) => {
        if (!stopped.signal.aborted) console.error("outbox", error);
      })
      .finally(() => {
        draining.delete(message_group_uuid);
        if (run.again) drain(message_group_uuid);
      });
  }

  function drainWaiting(message_group_uuid: string): void {
    const isWaiting = messages.of(message_group_uuid).some(({ state }) => state !== "failed");
    if (isWaiting) drain(message_group_uuid);
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
    for (const message_group_uuid of messages.byMessageGroup.get().keys()) {
      drainWaiting(message_group_uuid);
    }
  }

  channel.listen((message) => {
    if (message.type === "sent") {
      options.onSent(message.message);
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

    /**
     * Resolves when the message is stored in this browser; sending it goes on after that. The form
     * is emptied at once, so that a second Enter sends nothing. The stored draft is deleted in the
     * transaction that stores the message.
     */
    async send(to: { message_group_uuid: string; handle: string | null }, text: string) {
      const { message_group_uuid, handle } = to;
      drafts.clear(message_group_uuid);
      try {
        const { message, draft } = await store.enqueue({
          client_id: createClientId(),
          message_group_uuid,
          handle,
          message: normalizeText(text),
          created_at: new Date(serverNow()).toISOString(),
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
