import type { Message } from "@cruddur/contract/messages";
import { emitLiveEvent } from "../../lib/live-events.ts";
import { getClient } from "../../lib/trpc.ts";
import { changeOverTrpc, showRefusal } from "./change-calls.ts";
import { createOutbox, type Outbox } from "./create-outbox.ts";
import { createFallbackStore } from "./fallback-store.ts";
import { openIndexedDbStore } from "./indexed-db-store.ts";
import { onOnline, onPageExit, withWebLock } from "./page-events.ts";
import { takeStartupDrafts } from "./startup-drafts.ts";
import { openTabChannel } from "./tab-channel.ts";
import type { OutboxSnapshot, SendChange, SendMessage } from "./types.ts";

const sendOverTrpc: SendMessage = (
  { client_id, message, message_group_uuid, handle, reply_to },
  signal,
) =>
  getClient().messages.create.mutate(
    handle === null
      ? { client_id, message, message_group_uuid, reply_to }
      : { client_id, message, handle },
    { signal },
  );

/**
 * Opens a person's outbox in this browser's storage.
 * @param options.lastKnown what the page knows, carried over when storage fails later
 */
export async function openOutbox(options: {
  user_uuid: string;
  send?: SendMessage;
  change?: SendChange;
  onSent(message: Message): void;
  lastKnown(): OutboxSnapshot;
}): Promise<Outbox> {
  const { user_uuid, send = sendOverTrpc, change = changeOverTrpc, onSent, lastKnown } = options;
  const name = `cruddur-outbox-${user_uuid}`;
  return createOutbox({
    store: await createFallbackStore(() => openIndexedDbStore(user_uuid), lastKnown),
    send,
    change,
    channel: openTabChannel(name),
    withLock: (lock, task, signal) => withWebLock(`${name}-${lock}`, task, signal),
    onOnline,
    onPageExit,
    isOnline: () => navigator.onLine,
    onSent,
    onChanged: emitLiveEvent,
    onRefused: showRefusal,
  });
}

/** Takes over what was typed before the outbox was open. */
export function addStartupDrafts(outbox: Outbox, user_uuid: string): void {
  for (const [message_group_uuid, draft] of takeStartupDrafts(user_uuid)) {
    outbox.drafts.addStartupDraft(message_group_uuid, draft);
  }
}
