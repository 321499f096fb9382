import { createClientId } from "@cruddur/contract/ids";
import type { Message } from "@cruddur/contract/messages";
import { normalizeText } from "@cruddur/contract/text";
import { serverNow } from "../../lib/clock.ts";
import { createStore } from "../../lib/store.ts";
import { createDrafts } from "./drafts.ts";
import { drainConversation } from "./drain.ts";
import type { TabChannel } from "./tab-channel.ts";
import type { OutboxMessage, OutboxStore, SendMessage } from "./types.ts";

export interface OutboxOptions {
  store: OutboxStore;
  send: SendMessage;
  channel: TabChannel;
  /** Runs `task` while no other tab holds `name`; rejects when aborted while waiting. */
  withLock(name: string, task: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Calls back when there is reason to hope for a better network. @returns unsubscribe */
  onOnline(listener: () => void): () => void;
  /** Calls back when the page may be about to go. @returns unsubscribe */
  onPageExit(listener: () => void): () => void;
  /** A message is stored by the server, sent from this tab or another. */
  onSent(message: Message): void;
  random?: () => number;
}

export type Outbox = Awaited<ReturnType<typeof createOutbox>>;

const NONE: readonly OutboxMessage[] = [];

/**
 * One user's unsent messages and drafts. Every message is stored before the form is cleared, sent
 * in its conversation's order, once, by whichever tab holds the conversation's lock, and kept
 * until the server has it or the person discards it.
 */
export async function createOutbox(options: OutboxOptions) {
  const { store, channel } = options;
  const stop = new AbortController();
  const loaded = await store.load();
  const messagesByMessageGroup = createStore(groupBy(loaded.messages));
  const drafts = createDrafts({ store, initial: loaded.drafts, channel });
  const draining = new Map<string, { again: boolean }>();
  let reloading: Promise<void> = Promise.resolve();

  /** One after the other, so that an older answer never replaces a newer one. */
  function reload(): Promise<void> {
    reloading = reloading.then(async () => {
      const { messages } = await store.load();
      messagesByMessageGroup.set(groupBy(messages));
    });
    return reloading;
  }

  async function changed(): Promise<void> {
    await reload();
    channel.post({ type: "changed" });
  }

  function pause(ms: number, strict: boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stopListening();
        stop.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      const stopListening = strict ? () => {} : options.onOnline(done);
      stop.signal.addEventListener("abort", done);
    });
  }

  function drain(group: string): void {
    if (stop.signal.aborted) return;
    const running = draining.get(group);
    if (running) {
      running.again = true;
      return;
    }
    const run = { again: false };
    draining.set(group, run);
    const context = {
      store,
      send: options.send,
      onSent(message: Message) {
        options.onSent(message);
        channel.post({ type: "sent", message });
      },
      onChanged: changed,
      pause,
      stopped: stop.signal,
      random: options.random,
    };
    options
      .withLock(group, () => drainConversation(group, context), stop.signal)
      .catch((error: unknown) => {
        if (!stop.signal.aborted) console.error("outbox", error);
      })
      .finally(() => {
        draining.delete(group);
        if (run.again) drain(group);
      });
  }

  function drainAll(): void {
    for (const [group, messages] of messagesByMessageGroup.get()) {
      if (messages.some((row) => row.state !== "failed")) drain(group);
    }
  }

  /** What a 401 held back goes out again now that the person is signed in. */
  async function release(): Promise<void> {
    const held = [...messagesByMessageGroup.get().values()]
      .flat()
      .filter((row) => row.state === "held");
    await Promise.all(held.map((row) => store.patch(row.client_id, { state: "queued" })));
    if (held.length > 0) await changed();
  }

  channel.listen((message) => {
    if (message.type === "sent") options.onSent(message.message);
    else if (message.type === "draft") void drafts.refresh(message.message_group_uuid, "keep");
    else void reload().then(drainAll);
  });
  const stopPageExit = options.onPageExit(drafts.leave);
  await release();
  drainAll();

  return {
    /** Every conversation's unsent messages, in order. */
    messagesByMessageGroup,
    drafts,
    /** False when unsent messages would be lost with the page. */
    isDurable: () => store.durable,
    messagesOf: (group: string): readonly OutboxMessage[] =>
      messagesByMessageGroup.get().get(group) ?? NONE,

    /**
     * Resolves when the message is safely stored here; it leaves for the server behind that. The
     * form empties at once, so that a second Enter sends nothing; the stored draft goes in the
     * transaction that stores the message.
     */
    async send(to: { message_group_uuid: string; handle: string | null }, text: string) {
      const { message_group_uuid, handle } = to;
      drafts.take(message_group_uuid);
      try {
        await store.enqueue({
          client_id: createClientId(),
          message_group_uuid,
          handle,
          message: normalizeText(text),
          created_at: new Date(serverNow()).toISOString(),
        });
      } catch (error) {
        drafts.set(message_group_uuid, text + drafts.textOf(message_group_uuid));
        throw error;
      }
      await drafts.refresh(message_group_uuid, "keep");
      channel.post({ type: "draft", message_group_uuid });
      await changed();
      drain(message_group_uuid);
    },

    /** Tries a failed message again. */
    async retry(client_id: string) {
      const row = await store.patch(client_id, { state: "queued", tries: 0, error: null });
      await changed();
      if (row) drain(row.message_group_uuid);
    },

    /** Takes a failed message back into the form. */
    async edit(row: OutboxMessage) {
      await store.revert(row.client_id);
      await drafts.refresh(row.message_group_uuid, "replace");
      channel.post({ type: "draft", message_group_uuid: row.message_group_uuid });
      await changed();
    },

    /** Throws a failed message away. */
    async discard(client_id: string) {
      await store.remove(client_id);
      await changed();
    },

    release: () => release().then(drainAll),

    /** Saves what is pending and lets go of everything; unsent messages stay for the next start. */
    async stop() {
      stop.abort();
      stopPageExit();
      await drafts.flush();
      channel.close();
      store.close();
    },
  };
}

function groupBy(messages: OutboxMessage[]): Map<string, OutboxMessage[]> {
  const groups = new Map<string, OutboxMessage[]>();
  for (const row of messages) {
    const group = groups.get(row.message_group_uuid);
    if (group) group.push(row);
    else groups.set(row.message_group_uuid, [row]);
  }
  return groups;
}
