import { messageCreatedAt } from "@cruddur/contract/ids";
import type { LiveEvent } from "@cruddur/contract/live-events";
import type { MessagesStore } from "@cruddur/ddb/store";
import { afterEach, expect, test, vi } from "vitest";
import { createCatchUp } from "./catch-up.ts";
import { LiveConnection } from "./connection.ts";
import { RecentChanges } from "./recent-changes.ts";

const ME = "00000000-0000-4000-8000-000000000001";
const GROUP = "00000000-0000-4000-8000-0000000000aa";
const CURSOR_MS = Date.now() - 20_000;

afterEach(() => void vi.useRealTimers());

/** A message uuid of a moment, as UUIDv7 has it in its first 48 bits. */
function uuidAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/**
 * A table with one conversation, whose messages are of these moments. A stand-in, because no real
 * part can show that the clock of another server is ahead.
 */
function storeOf(momentsMs: readonly number[], joinedAfterMs: number | null = null) {
  const messages = momentsMs.map((ms) => ({
    uuid: uuidAt(ms),
    message_group_uuid: GROUP,
    client_id: uuidAt(ms),
    user_uuid: ME,
    message: `${ms - CURSOR_MS}`,
    created_at: messageCreatedAt(uuidAt(ms)),
  }));
  const last_message = messages.at(-1) ?? null;
  const membership = {
    ...{ message_group_uuid: GROUP, user_uuid: ME, last_message },
    ...{ read_message_uuid: null, unread_count: 0 },
    group: joinedAfterMs === null ? null : { joined_after: uuidAt(joinedAfterMs) },
  };
  const store = {
    listInbox: async ({ folder }: { folder: string }) => ({
      ...{ items: folder === "inbox" ? [membership] : [], next: null, previous: null },
    }),
    listMessagesSince: async ({ sinceMs }: { sinceMs: number }) => ({
      items: messages.filter(({ uuid }) => uuid >= uuidAt(sinceMs)),
      next: null,
      previous: null,
    }),
    getMembership: async () => membership,
    getMessage: async ({ message_uuid }: { message_uuid: string }) =>
      messages.find(({ uuid }) => uuid === message_uuid) ?? null,
  };
  return store as unknown as MessagesStore;
}

/**
 * The events that a connection receives first when it returns with a last event id of `CURSOR_MS`.
 * @param last the type of the event that ends the changes, which come after the messages
 * @param recentChanges without it, nobody has listened for changes, and a `resync` says so
 */
async function catchUpUntil(
  last: LiveEvent["type"],
  store: MessagesStore,
  recentChanges?: RecentChanges,
): Promise<LiveEvent[]> {
  const connection = new LiveConnection(ME, "session");
  const push = vi.spyOn(connection, "push");
  const catchUp = createCatchUp({
    store,
    people: { profiles: async () => new Map() } as never,
    recentChanges: recentChanges ?? new RecentChanges(),
    notices: { attendedSinceMs: () => (recentChanges === undefined ? null : 0) },
  });
  const leaving = new AbortController();
  void catchUp(connection, CURSOR_MS.toString(36), leaving.signal);
  const events = () => push.mock.calls.map(([[, event]]) => event);
  await vi.waitFor(() => expect(events().map(({ type }) => type)).toContain(last));
  // It would look again after some seconds, for messages that the projection delays.
  leaving.abort();
  return events();
}

async function missedTexts(store: MessagesStore): Promise<string[]> {
  const events = await catchUpUntil("resync", store);
  return events.flatMap((event) => (event.type === "message" ? [event.message.message] : []));
}

/** The texts of the changed messages. @param changes of which message, and when it was changed */
async function changedTexts(
  store: MessagesStore,
  changes: readonly { messageMs: number; atMs: number }[],
): Promise<string[]> {
  vi.useFakeTimers({ toFake: ["Date"], now: CURSOR_MS - 60_000 });
  const recentChanges = new RecentChanges();
  for (const { messageMs, atMs } of changes) {
    vi.setSystemTime(atMs);
    const message = { message_group_uuid: GROUP, message_uuid: uuidAt(messageMs) };
    recentChanges.record({ ...message, members: [ME] });
  }
  vi.useRealTimers();
  const events = await catchUpUntil("message_changed", store, recentChanges);
  return events.flatMap((event) =>
    event.type === "message_changed" ? [event.message.message] : [],
  );
}

test("a message that another server stored seconds before the last event, as its clock says, is sent again", async () => {
  const store = storeOf([CURSOR_MS - 9_999, CURSOR_MS - 1, CURSOR_MS + 5_000]);
  expect(await missedTexts(store)).toEqual(["-9999", "-1", "5000"]);
});

test("a message that was stored long before the last event is not sent again", async () => {
  const store = storeOf([CURSOR_MS - 60_000, CURSOR_MS + 1]);
  expect(await missedTexts(store)).toEqual(["1"]);
});

test("a conversation whose newest message is of the seconds before the last event is looked at", async () => {
  expect(await missedTexts(storeOf([CURSOR_MS - 5_000]))).toEqual(["-5000"]);
});

test("a change that another server made seconds before the last event, as its clock says, is sent again", async () => {
  const [long, before, after] = [CURSOR_MS - 90_000, CURSOR_MS - 80_000, CURSOR_MS - 70_000];
  const changes = [
    { messageMs: long, atMs: CURSOR_MS - 10_001 },
    { messageMs: before, atMs: CURSOR_MS - 9_999 },
    { messageMs: after, atMs: CURSOR_MS + 1 },
  ];
  const texts = await changedTexts(storeOf([long, before, after]), changes);
  expect(texts).toEqual(["-80000", "-70000"]);
});

test("a change of a message from before the person joined the group is not sent", async () => {
  const [before, after] = [CURSOR_MS - 40_000, CURSOR_MS - 30_000];
  const changes = [before, after].map((messageMs) => ({ messageMs, atMs: CURSOR_MS + 1 }));
  const store = storeOf([before, after], CURSOR_MS - 35_000);
  expect(await changedTexts(store, changes)).toEqual(["-30000"]);
});
