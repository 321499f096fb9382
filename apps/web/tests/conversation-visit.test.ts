import { expect, test } from "vitest";
import { buildFeedRows } from "../src/features/conversation/feed/feed-rows.ts";
import { createReadProgress } from "../src/features/conversation/reading/read-progress.ts";
import { planVisitStart } from "../src/features/conversation/reading/visit-start.ts";
import { createServer, open } from "./paged-server.ts";

test("an own message keeps its row and its key when the server has stored it", () => {
  const server = createServer(2);
  const own = server.write("me");
  const pending = {
    client_id: own.client_id,
    message_group_uuid: "group",
    handle: null,
    order: 1,
    message: own.message,
    state: "sending" as const,
    attempts: 1,
    created_at: own.created_at,
    error: null,
  };
  const time = { dayKey: (moment: string | number) => String(moment).slice(0, 10) };
  const options = { user_uuid: "me", divider: null, time, unsent: [pending], changes: [] };
  const before = buildFeedRows({ ...options, messages: server.messages.slice(0, 2) });
  const after = buildFeedRows({ ...options, messages: server.messages });
  expect(before.map(({ key }) => key)).toEqual(after.map(({ key }) => key));
});

test("the divider stands before the first unread message by somebody else", async () => {
  const { server } = await open(5);
  const marker = server.messages[1]?.uuid ?? null;
  const messageGroup = { read_message_uuid: marker, unread_count: 3, last_message_uuid: "" };
  const options = { user_uuid: "me", position: null, messageUuid: null, isComplete: true };
  expect(planVisitStart({ ...options, messages: server.messages, messageGroup })?.divider).toBe(
    server.messages[2]?.uuid,
  );
  const allRead = {
    ...messageGroup,
    unread_count: 0,
    last_message_uuid: server.messages.at(-1)?.uuid ?? "",
  };
  expect(
    planVisitStart({ ...options, messages: server.messages, messageGroup: allRead }),
  ).toMatchObject({
    divider: null,
    place: { at: "end" },
  });
});

test("a message counts as read after a second in view, and not while nobody looks at the page", () => {
  const progress = createReadProgress("a");
  progress.setVisible("b", 0);
  progress.setVisible("c", 500);
  expect(progress.takeRead(999)).toBeNull();
  expect(progress.takeRead(1_000)).toBe("b");
  progress.setVisible(null, 1_200);
  expect(progress.takeRead(2_000)).toBeNull();
  progress.setVisible("c", 3_000);
  expect(progress.dueMs()).toBe(4_000);
  expect(progress.takeRead(4_000)).toBe("c");
  progress.setVisible("b", 5_000);
  expect(progress.takeRead(9_000)).toBeNull();
});
