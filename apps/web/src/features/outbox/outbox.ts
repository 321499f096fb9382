import type { Message } from "@cruddur/contract/messages";
import { createStore } from "../../lib/store.ts";
import { getClient } from "../../lib/trpc.ts";
import { createOutbox, type Outbox } from "./create-outbox.ts";
import { createFallbackStore } from "./fallback-store.ts";
import { openIndexedDbStore } from "./indexed-db-store.ts";
import { onOnline, onPageExit, withWebLock } from "./page-events.ts";
import { takeStartupDrafts } from "./startup-drafts.ts";
import { openTabChannel } from "./tab-channel.ts";
import type { OutboxSnapshot, SendMessage } from "./types.ts";

/** The signed-in person's outbox; null until storage is open. */
export const currentOutbox = createStore<{ user_uuid: string; outbox: Outbox } | null>(null);

const sentListeners = new Set<(message: Message) => void>();

/**
 * Calls back for each own message that the server has stored, sent from any tab, before the message
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
 * Starts sending this person's unsent messages. Called when they have signed in; a second call for
 * the same person sends the messages that were held while the session had ended.
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
    if (stopped) {
      void outbox.stop();
      return;
    }
    for (const [message_group_uuid, draft] of takeStartupDrafts(user_uuid)) {
      outbox.drafts.addStartupDraft(message_group_uuid, draft);
    }
    currentOutbox.set({ user_uuid, outbox });
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
  const store = await createFallbackStore(() => openIndexedDbStore(user_uuid), lastKnown);
  return createOutbox({
    store,
    send,
    channel: openTabChannel(name),
    withLock: (lock, task, signal) => withWebLock(`${name}-${lock}`, task, signal),
    onOnline,
    onPageExit,
    onSent(message) {
      for (const listener of sentListeners) listener(message);
    },
  });
}

function lastKnown(): OutboxSnapshot {
  const running = currentOutbox.get();
  return {
    messages: [...(running?.outbox.byMessageGroup.get().values() ?? [])].flat(),
    drafts: new Map(running?.outbox.drafts.all.get()),
  };
}
