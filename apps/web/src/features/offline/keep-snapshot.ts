import { hashKey, type QueryClient } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import { connectionState } from "../../lib/connection.ts";
import { isRetryable } from "../../lib/errors.ts";
import { type MessageGroupList, mergeInbox } from "../../lib/inbox.ts";
import { inboxOverlay } from "../../lib/inbox-store.ts";
import type { SessionStore } from "../../lib/session-store.ts";
import { trpc } from "../../lib/trpc.ts";
import { INBOX_PAGE } from "../inbox/use-message-group-list.ts";
import { createKeptConversations } from "./kept-conversations.ts";
import {
  KEPT_CONVERSATIONS,
  type KeptConversation,
  type KeptInbox,
  type KeptSlot,
} from "./snapshot.ts";
import { openSnapshotStore, type PartName, type SnapshotStore } from "./snapshot-store.ts";

const LOCK = "cruddur-offline";
/** What the person does comes before what is kept for later. */
const SETTLE_MS = 3_000;
/** While nothing changes, only the time is written. */
const UNCHANGED_MS = 60_000;
/** A change that no page heard of, such as an edit, is missing for at most this long. */
const REREAD_MS = 24 * 60 * 60_000;

interface KeepOptions {
  session: SessionStore;
  queryClient: QueryClient;
  user_uuid: string;
  signal: AbortSignal;
}

/**
 * Keeps the inbox, and the newest messages of its newest conversations, for a page that is loaded
 * without a network. One tab of the browser does so, until `signal` aborts.
 */
export function keepSnapshot(options: KeepOptions): void {
  const { signal } = options;
  // Without a service worker, no page can be loaded without a network.
  navigator.serviceWorker.ready
    .then(() => navigator.locks.request(LOCK, { signal }, () => keep(options)))
    // The browser refuses storage, or the person has signed out.
    .catch(() => {});
}

async function keep({ session, queryClient, user_uuid, signal }: KeepOptions): Promise<void> {
  const store = await openSnapshotStore();
  const { key, slots } = await begin(store, { session, user_uuid });
  // The sign-out did not wait for the key that was made meanwhile.
  if (signal.aborted) await store.forget();
  const listKey = getQueryKey(trpc.messageGroups.list, INBOX_PAGE, "query");
  const listHash = hashKey(listKey);
  let written = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let saved = Promise.resolve();
  const ending = new AbortController();

  const schedule = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      saved = saved.then(save).catch(() => {
        // The storage is full or was deleted. What is left would be of different times.
        ending.abort();
        return store.forget();
      });
    }, SETTLE_MS);
  };
  const conversations = createKeptConversations({ onChange: schedule });

  /** The first page as it is shown now, however many more are loaded. */
  function readPage(): KeptInbox["page"] | null {
    const list = queryClient.getQueryData<MessageGroupList>(listKey);
    if (list === undefined) return null;
    const { items, next_cursor } = list;
    const shown = mergeInbox(items, inboxOverlay.get()).filter(({ folder }) => folder === "inbox");
    const pinned = shown.filter((messageGroup) => messageGroup.pinned).length;
    return { items: shown.slice(0, pinned + INBOX_PAGE.limit), next_cursor };
  }

  async function save(): Promise<void> {
    const state = session.state.get();
    const page = readPage();
    const isLive =
      state.status === "signed_in" &&
      state.asOfMs === undefined &&
      navigator.onLine &&
      connectionState.get() !== "reconnecting";
    if (signal.aborted || !isLive || page === null) return;
    const parts = await readChanged(page);
    const inbox: KeptInbox = { user: state.user, page, slots };
    const text = JSON.stringify(inbox);
    if (text !== written) parts.set("inbox", inbox);
    written = text;
    if (!(await store.write(parts, key))) ending.abort();
  }

  /** Reads the conversations that are not kept as they are now, and gives each its slot. */
  async function readChanged({ items }: KeptInbox["page"]) {
    const parts = new Map<PartName, KeptInbox | KeptConversation | null>();
    const wanted = items.slice(0, KEPT_CONVERSATIONS);
    for (const [at, slot] of slots.entries()) {
      if (slot === null || wanted.some(({ uuid }) => uuid === slot.message_group_uuid)) continue;
      slots[at] = null;
      parts.set(at, null);
    }
    for (const { uuid, last_message_uuid } of wanted) {
      const before = slots.findIndex((slot) => slot?.message_group_uuid === uuid);
      const isKept = isCurrent(slots[before], last_message_uuid);
      if (isKept && !conversations.hasChanged(uuid)) continue;
      const readAtMs = Date.now();
      try {
        const conversation = await conversations.read(uuid);
        const at = before === -1 ? slots.indexOf(null) : before;
        slots[at] = { message_group_uuid: uuid, last_message_uuid, readAtMs };
        parts.set(at, conversation);
      } catch (error) {
        if (isRetryable(error)) break;
      }
    }
    return parts;
  }

  const unchanged = setInterval(schedule, UNCHANGED_MS);
  const stops = [
    () => clearInterval(unchanged),
    conversations.stop,
    inboxOverlay.subscribe(schedule),
    session.state.subscribe(schedule),
    queryClient.getQueryCache().subscribe(({ type, query }) => {
      if (type === "updated" && query.queryHash === listHash) schedule();
    }),
  ];
  schedule();
  await ended(AbortSignal.any([signal, ending.signal]));
  for (const stop of stops) stop();
  clearTimeout(timer);
  await saved.catch(() => {});
  store.close();
}

/** Resolves when the signal has aborted. */
async function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

/** Continues this session's snapshot, or begins a new one with a new key. */
async function begin(
  store: SnapshotStore,
  { session, user_uuid }: Pick<KeepOptions, "session" | "user_uuid">,
) {
  const current = session.hasJustSignedIn() ? null : await store.currentKey();
  const inbox = current && (await store.read("inbox", current));
  if (current !== null && inbox?.user.uuid === user_uuid) {
    return { key: current, slots: inbox.slots };
  }
  const slots: (KeptSlot | null)[] = new Array(KEPT_CONVERSATIONS).fill(null);
  return { key: await store.renewKey(), slots };
}

function isCurrent(slot: KeptSlot | null | undefined, last_message_uuid: string): boolean {
  if (!slot || Date.now() - slot.readAtMs > REREAD_MS) return false;
  return slot.last_message_uuid >= last_message_uuid;
}
