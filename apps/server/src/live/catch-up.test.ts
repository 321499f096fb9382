import { messageCreatedAt } from "@cruddur/contract/ids";
import type { MessagesStore } from "@cruddur/ddb/store";
import { expect, test, vi } from "vitest";
import { createCatchUp } from "./catch-up.ts";
import { LiveConnection } from "./connection.ts";
import { RecentChanges } from "./recent-changes.ts";

const ME = "00000000-0000-4000-8000-000000000001";
const GROUP = "00000000-0000-4000-8000-0000000000aa";
const CURSOR_MS = Date.now() - 20_000;

/** A message uuid of a moment, as UUIDv7 has it in its first 48 bits. */
function uuidAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/**
 * A table with one conversation, whose messages are of these moments. A stand-in, because no real
 * part can show that the clock of another server is ahead.
 */
function storeOf(momentsMs: readonly number[]) {
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
    ...{ group: null, read_message_uuid: null, unread_count: 0 },
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
    getMessage: async () => null,
  };
  return store as unknown as MessagesStore;
}

/** The texts that a connection receives first when it returns with a last event id of `CURSOR_MS`. */
async function missedTexts(store: MessagesStore): Promise<string[]> {
  const connection = new LiveConnection(ME, "session");
  const push = vi.spyOn(connection, "push");
  const catchUp = createCatchUp({
    store,
    people: { profiles: async () => new Map() } as never,
    recentChanges: new RecentChanges(),
    notices: { attendedSinceMs: () => null },
  });
  const leaving = new AbortController();
  void catchUp(connection, CURSOR_MS.toString(36), leaving.signal);
  const types = () => push.mock.calls.map(([[, { type }]]) => type);
  // The changes come after the messages; here they are unknown, since nobody listened for them.
  await vi.waitFor(() => expect(types()).toContain("resync"));
  // It would look again after some seconds, for messages that the projection delays.
  leaving.abort();
  return push.mock.calls.flatMap(([[, event]]) =>
    event.type === "message" ? [event.message.message] : [],
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
