import type { Message } from "@cruddur/contract/messages";
import { getClient } from "../../lib/trpc.ts";
import { createOutbox, type Outbox } from "./create-outbox.ts";
import { createFallbackStore } from "./fallback-store.ts";
import { openIndexedDbStore } from "./indexed-db-store.ts";
import { onOnline, onPageExit, withWebLock } from "./page-events.ts";
import { takeStartupDrafts } from "./startup-drafts.ts";
import { openTabChannel } from "./tab-channel.ts";
import type { OutboxSnapshot, SendMessage } from "./types.ts";

const sendOverTrpc: SendMessage = ({ client_id, message, message_group_uuid, handle }, signal) =>
  getClient().messages.create.mutate(
    handle === null ? { client_id, message, message_group_uuid } : { client_id, message, handle },
    { signal },
  );

/**
 * Opens a person's outbox in this browser's storage.
 * @param options.lastKnown what the page knows, carried over when storage fails later
 */
export async function openOutbox(options: {
  user_uuid: string;
  send: SendMessage | undefined;
  onSent(message: Message): void;
  lastKnown(): OutboxSnapshot;
}): Promise<Outbox> {
  const { user_uuid, send = sendOverTrpc, onSent, lastKnown } = options;
  const name = `cruddur-outbox-${user_uuid}`;
  return createOutbox({
    store: await createFallbackStore(() => openIndexedDbStore(user_uuid), lastKnown),
    send,
    channel: openTabChannel(name),
    withLock: (lock, task, signal) => withWebLock(`${name}-${lock}`, task, signal),
    onOnline,
    onPageExit,
    onSent,
  });
}

/** Takes over what was typed before the outbox was open. */
export function addStartupDrafts(outbox: Outbox, user_uuid: string): void {
  for (const [message_group_uuid, draft] of takeStartupDrafts(user_uuid)) {
    outbox.drafts.addStartupDraft(message_group_uuid, draft);
  }
}
