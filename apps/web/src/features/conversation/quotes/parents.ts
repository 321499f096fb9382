import type { Message } from "@cruddur/contract/messages";
import { useEffect } from "react";
import { failureCode, isRetryable } from "../../../lib/errors.ts";
import { onLiveEvent } from "../../../lib/live-events.ts";
import { createStore, useStore } from "../../../lib/store.ts";
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

interface Parents {
  /** Whom they are shown to. What is hidden, or from before somebody joined, differs by person. */
  user_uuid: string;
  /** By conversation and message, because a typed link may name any two of them. */
  byKey: ReadonlyMap<string, Parent>;
}

const parents = createStore<Parents>({ user_uuid: "", byKey: new Map() });

interface MessageId {
  message_group_uuid: string;
  message_uuid: string;
}

const keyOf = ({ message_group_uuid, message_uuid }: MessageId) =>
  `${message_group_uuid}/${message_uuid}`;

/**
 * An answered message as this person sees it today.
 * @param isNeeded whether to read it, once. Calls at the same time are one request.
 */
export function useParent(
  of: { user_uuid: string; message_group_uuid: string; message_uuid: string },
  isNeeded: boolean,
): Parent {
  const { user_uuid, message_group_uuid, message_uuid } = of;
  const known = useStore(parents);
  const parent =
    known.user_uuid === user_uuid
      ? known.byKey.get(keyOf({ message_group_uuid, message_uuid }))
      : undefined;
  const isMissing = isNeeded && parent === undefined;
  useEffect(() => {
    if (isMissing) void load(user_uuid, { message_group_uuid, message_uuid });
  }, [isMissing, user_uuid, message_group_uuid, message_uuid]);
  return parent ?? LOADING;
}

async function load(user_uuid: string, id: MessageId) {
  const { byKey, user_uuid: owner } = parents.get();
  if (owner !== user_uuid || byKey.size >= CACHED_MAX) parents.set({ user_uuid, byKey: new Map() });
  // Several replies to one message ask in the same moment.
  if (get(id) !== undefined) return;
  put(id, LOADING);
  const parent = await read(id);
  // A live event may have come first, or the cache may have been emptied.
  if (parents.get().user_uuid === user_uuid && get(id) === LOADING) put(id, parent);
}

const get = (id: MessageId) => parents.get().byKey.get(keyOf(id));

async function read(id: MessageId): Promise<Parent> {
  try {
    return { status: "found", message: await getClient().messages.get.query(id) };
  } catch (error) {
    if (failureCode(error) === "message_hidden") return { status: "hidden" };
    return { status: isRetryable(error) ? "failed" : "not_found" };
  }
}

function put(id: MessageId, parent: Parent): void {
  const { user_uuid, byKey } = parents.get();
  parents.set({ user_uuid, byKey: new Map(byKey).set(keyOf(id), parent) });
}

/** Forgets what may have changed, so that it is read again. */
function forget(isOutdated: (parent: Parent) => boolean): void {
  const { user_uuid, byKey } = parents.get();
  const kept = [...byKey].filter(([, parent]) => !isOutdated(parent));
  parents.set({ user_uuid, byKey: new Map(kept) });
}

onLiveEvent("message_changed", ({ message }) => {
  const id = { message_group_uuid: message.message_group_uuid, message_uuid: message.uuid };
  const known = get(id);
  if (known?.status === "loading") put(id, { status: "found", message });
  if (known?.status !== "found") return;
  put(id, { status: "found", message: newerState(known.message, message) });
});
onLiveEvent("message_hidden", ({ message_group_uuid, message_uuid }) => {
  const id = { message_group_uuid, message_uuid };
  if (get(id) !== undefined) put(id, { status: "hidden" });
});
onLiveEvent("ready", () => forget(({ status }) => status === "failed"));
onLiveEvent("resync", () => forget(() => true));
