import { waitUntilDueOrActive } from "@cruddur/client/retry";
import type { Message } from "@cruddur/contract/messages";
import { loadModule } from "../../lib/load-module.ts";
import { createStore } from "../../lib/store.ts";
import type { Outbox } from "./create-outbox.ts";
import type { OutboxSnapshot, SendChange, SendMessage } from "./types.ts";

const LOAD_AGAIN_MS = 3_000;

/** The signed-in person's outbox; null until storage is open. */
export const currentOutbox = createStore<{ user_uuid: string; outbox: Outbox } | null>(null);

/** Settles when the outbox that was stopped last has saved what it had to. */
let stopped: Promise<unknown> = Promise.resolve();

const sentListeners = new Set<(message: Message) => void>();

/**
 * Calls back for each own message that the server has stored, sent from any tab, before the message
 * leaves the outbox. @returns unsubscribe
 */
export function onMessageSent(listener: (message: Message) => void): () => void {
  sentListeners.add(listener);
  return () => sentListeners.delete(listener);
}

/**
 * Starts sending this person's unsent messages. Called when they have signed in; a second call for
 * the same person sends the messages that were held while the session had ended.
 * @returns stop
 */
export function startOutbox({
  user_uuid,
  ...calls
}: {
  user_uuid: string;
  send?: SendMessage;
  change?: SendChange;
}): () => void {
  const running = currentOutbox.get();
  if (running?.user_uuid === user_uuid) {
    void running.outbox.release();
    return () => stopOutbox(user_uuid);
  }
  if (running) stopOutbox(running.user_uuid);
  const stopping = new AbortController();
  void open(user_uuid, calls, stopping.signal);
  return () => {
    stopping.abort();
    stopOutbox(user_uuid);
  };
}

async function open(
  user_uuid: string,
  calls: { send?: SendMessage; change?: SendChange },
  signal: AbortSignal,
): Promise<void> {
  const { addStartupDrafts, openOutbox } = await loadCode();
  const outbox = await openOutbox({ user_uuid, ...calls, onSent: emitSent, lastKnown });
  if (signal.aborted) {
    void outbox.stop();
    return;
  }
  addStartupDrafts(outbox, user_uuid);
  currentOutbox.set({ user_uuid, outbox });
}

/** The inbox can be used before this code is loaded. Without a network, loading is tried again. */
async function loadCode(): Promise<typeof import("./open-outbox.ts")> {
  for (;;) {
    try {
      return await loadModule(() => import("./open-outbox.ts"));
    } catch {
      await waitUntilDueOrActive(LOAD_AGAIN_MS);
    }
  }
}

/** Takes back what was not sent to a conversation that the person can no longer write to. */
export function discardUnsent(message_group_uuid: string): void {
  const outbox = currentOutbox.get()?.outbox;
  if (outbox === undefined) return;
  for (const message of outbox.messagesOf(message_group_uuid)) void outbox.discard(message);
  void outbox.discardChanges(message_group_uuid);
  outbox.drafts.set(message_group_uuid, "");
}

function emitSent(message: Message): void {
  for (const listener of sentListeners) listener(message);
}

function stopOutbox(user_uuid: string): void {
  const running = currentOutbox.get();
  if (running?.user_uuid !== user_uuid) return;
  currentOutbox.set(null);
  stopped = running.outbox.stop();
}

/** Deletes the drafts of a person who has signed out, once what was typed last is no longer saved. */
export async function forgetDrafts(user_uuid: string): Promise<void> {
  await stopped.catch(() => {});
  const { forgetDrafts: forget } = await import("./forget-drafts.ts");
  await forget(user_uuid);
}

function lastKnown(): OutboxSnapshot {
  const running = currentOutbox.get();
  return {
    messages: [...(running?.outbox.byMessageGroup.get().values() ?? [])].flat(),
    drafts: new Map(running?.outbox.drafts.all.get()),
    changes: [...(running?.outbox.changes.get().values() ?? [])].flat(),
  };
}
