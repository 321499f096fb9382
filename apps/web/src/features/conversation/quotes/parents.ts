import type { Message } from "@cruddur/contract/messages";
import { failureCode, isRetryable } from "../../../lib/errors.ts";
import { onLiveEvent } from "../../../lib/live-events.ts";
import { createStore } from "../../../lib/store.ts";
import { getClient } from "../../../lib/trpc.ts";
import { newerState } from "../message-history/history-window.ts";

/**
 * What is known of an answered message that is not loaded with its conversation. `hidden`: the
 * person has deleted it for themselves. `not_found`: the server shows them no such message.
 */
export type Parent =
  | { status: "loading" | "failed" | "hidden" | "not_found" }
  | { status: "found"; message: Message };

const LOADING: Parent = { status: "loading" };
/** When the cache is full, all of it is dropped: what is on the screen is read again. */
const CACHED_MAX = 500;

/** By uuid of the message. */
export const parents = createStore<ReadonlyMap<string, Parent>>(new Map());

/** Reads an answered message once. Calls at the same time are one request. */
export async function loadParent(message_group_uuid: string, message_uuid: string): Promise<void> {
  if (parents.get().has(message_uuid)) return;
  if (parents.get().size >= CACHED_MAX) parents.set(new Map());
  put(message_uuid, LOADING);
  const parent = await read(message_group_uuid, message_uuid);
  // A live event may have come first, or the cache may have been emptied.
  const known = parents.get().get(message_uuid);
  if (known === LOADING) put(message_uuid, parent);
}

async function read(message_group_uuid: string, message_uuid: string): Promise<Parent> {
  try {
    const message = await getClient().messages.get.query({ message_group_uuid, message_uuid });
    return { status: "found", message };
  } catch (error) {
    if (failureCode(error) === "message_hidden") return { status: "hidden" };
    return { status: isRetryable(error) ? "failed" : "not_found" };
  }
}

function put(message_uuid: string, parent: Parent): void {
  parents.set(new Map(parents.get()).set(message_uuid, parent));
}

/** Forgets what may have changed, so that it is read again. */
function forget(isOutdated: (parent: Parent) => boolean): void {
  const kept = [...parents.get()].filter(([, parent]) => !isOutdated(parent));
  parents.set(new Map(kept));
}

onLiveEvent("message_changed", ({ message }) => {
  const known = parents.get().get(message.uuid);
  if (known?.status === "loading") put(message.uuid, { status: "found", message });
  if (known?.status !== "found") return;
  put(message.uuid, { status: "found", message: newerState(known.message, message) });
});
onLiveEvent("message_hidden", ({ message_uuid }) => {
  if (parents.get().has(message_uuid)) put(message_uuid, { status: "hidden" });
});
onLiveEvent("ready", () => forget(({ status }) => status === "failed"));
onLiveEvent("resync", () => forget(() => true));
