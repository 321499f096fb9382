import type { Message } from "@cruddur/contract/messages";
import { UNCHANGED_MESSAGE } from "@cruddur/contract/messages";
import { expect, it } from "vitest";
import { buildFeedRows } from "../conversation/feed/feed-rows.ts";
import { findSeenBy } from "./seen-by.ts";

function message(uuid: string, user_uuid: string, over: Partial<Message> = {}): Message {
  return {
    uuid,
    message_group_uuid: "group",
    client_id: `client-${uuid}`,
    user_uuid,
    display_name: user_uuid,
    handle: user_uuid,
    message: uuid,
    created_at: "2026-01-01T00:00:00.000Z",
    ...UNCHANGED_MESSAGE,
    ...over,
  };
}

const member = (uuid: string, read_message_uuid: string | null) => ({
  uuid,
  handle: uuid,
  display_name: uuid,
  role: "member" as const,
  joined_at: null,
  read_message_uuid,
});

const rowsOf = (messages: Message[]) =>
  buildFeedRows({
    messages,
    unsent: [],
    user_uuid: "me",
    changes: [],
    divider: null,
    time: { dayKey: () => "day" },
  });

const rows = rowsOf([message("1", "me"), message("2", "ana"), message("3", "me")]);

it("names everybody who has read the newest own message that anybody has read", () => {
  const members = [member("me", "3"), member("ana", "3"), member("ben", "2"), member("cy", null)];
  expect(findSeenBy(rows, members, "me")).toMatchObject({ key: "client-3", people: [members[1]] });
  const earlier = [member("ana", "2"), member("ben", "1")];
  expect(findSeenBy(rows, earlier, "me")).toMatchObject({ key: "client-1", people: earlier });
});

it("names nobody before anybody else has read, however far the person has read", () => {
  expect(findSeenBy(rows, [member("me", "3"), member("ana", null)], "me")).toBeNull();
});

it("puts a system message in a row of its own, which ends the run of messages around it", () => {
  const built = rowsOf([
    message("1", "ana"),
    message("2", "ana", { kind: "renamed", message: "Hiking" }),
    message("3", "ana"),
  ]);
  expect(built.map((row) => [row.kind, row.key])).toEqual([
    ["day", "day-day"],
    ["message", "1"],
    ["system", "2"],
    ["message", "3"],
  ]);
  expect(built.filter((row) => row.kind === "message")).toMatchObject([
    { isFirst: true, isLast: true },
    { isFirst: true, isLast: true },
  ]);
});
