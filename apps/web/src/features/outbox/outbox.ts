import type { Message } from "@cruddur/contract/messages";
import { createStore } from "../../lib/store.ts";
import { getClient } from "../../lib/trpc.ts";
import { createOutbox, type Outbox } from "./create-outbox.ts";
import { createFallbackStore } from "./fallback-store.ts";
import { openIndexedDbStore } from "./indexed-db-store.ts";
import { onOnline, onPageExit, withWebLock } from "./page-events.ts";
import { openTabChannel } from "./tab-channel.ts";
import type { OutboxSnapshot, SendMessage } from "./types.ts";

/** The signed-in person's outbox; null until it is read from storage. */
export const currentOutbox = createStore<{ user_uuid: string; outbox: Outbox } | null>(null);

const sentListeners = new Set<(message: Message) => void>();

/**
 * Calls back for each of the person's own messages the server has stored, from any tab, before it
 * leaves the outbox. @returns unsubscribe
 */
export function onMessageSent(listener: (message: Message) => void): () => void {
  sentListeners.add(listener);
  return () => sentListeners.delete(listener);
}

const sendOverTrpc: SendMessage = ({ client_id, message, message_group_uuid, handle }, signal) =>
  getClient().messages.create.mutate(
    handle === null ? { client_id, message, message_group_uuid } : { client_id, message, handle },
    { signal },
  );

/**
 * Starts sending what this person left unsent, and keeps on until stopped. Called when they are
 * signed in; calling again for the same person releases what a lost session had held.
 * @returns stop
 */
export function startOutbox({
  user_uuid,
  send = sendOverTrpc,
}: {
  user_uuid: string;
  send?: SendMessage;
}): () => void {
  const running = currentOutbox.get();
  if (running?.user_uuid === user_uuid) {
    void running.outbox.release();
    return () => stopOutbox(user_uuid);
  }
  if (running) stopOutbox(running.user_uuid);
  let stopped = false;
  void openOutbox(user_uuid, send).then((outbox) => {
    if (stopped) void outbox.stop();
    else currentOutbox.set({ user_uuid, outbox });
  });
  return () => {
    stopped = true;
    stopOutbox(user_uuid);
  };
}

function stopOutbox(user_uuid: string): void {
  const running = currentOutbox.get();
  if (running?.user_uuid !== user_uuid) return;
  currentOutbox.set(null);
  void running.outbox.stop();
}

async function openOutbox(user_uuid: string, send: SendMessage): Promise<Outbox> {
  const name = `cruddur-outbox-${user_uuid}`;
  const store = await createFallbackStore(() => openIndexedDbStore(user_uuid), lastSeen);
  return createOutbox({
    store,
    send,
    channel: openTabChannel(name),
    withLock: (group, task, signal) => withWebLock(`${name}-${group}`, task, signal),
    onOnline,
    onPageExit,
    onSent(message) {
      for (const listener of sentListeners) listener(message);
    },
  });
}

function lastSeen(): OutboxSnapshot {
  const running = currentOutbox.get();
  return {
    messages: [...(running?.outbox.messagesByMessageGroup.get().values() ?? [])].flat(),
    drafts: new Map(running?.outbox.drafts.all.get()),
  };
}
