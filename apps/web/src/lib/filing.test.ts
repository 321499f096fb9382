import { MUTED_FOR_GOOD } from "@cruddur/contract/limits";
import { type MessageGroup, PAIR, UNFILED } from "@cruddur/contract/message-groups";
import { describe, expect, it } from "vitest";
import { isMuted, tomorrowMorning, unreadWeight } from "./filing.ts";

const messageGroup: MessageGroup = {
  ...{
    uuid: "",
    ...PAIR,
    ...UNFILED,
    user_uuid: "",
    display_name: "",
    handle: "",
    member_count: 2,
  },
  ...{ message: "", message_deleted: false, created_at: "", last_message_uuid: "" },
  ...{ last_message_user_uuid: "", last_message_display_name: "" },
  ...{ unread_count: 3, read_message_uuid: null },
};

describe("the number in the tab", () => {
  it("leaves out what is muted, requested or archived", () => {
    expect(unreadWeight(messageGroup)).toBe(3);
    expect(unreadWeight({ ...messageGroup, muted_until: MUTED_FOR_GOOD })).toBe(0);
    expect(unreadWeight({ ...messageGroup, folder: "requests" })).toBe(0);
    expect(unreadWeight({ ...messageGroup, folder: "archive" })).toBe(0);
  });

  it("counts a conversation that was marked as unread as one", () => {
    const marked = { ...messageGroup, unread_count: 0, marked_unread: true };
    expect(unreadWeight(marked)).toBe(1);
    expect(unreadWeight({ ...marked, unread_count: 4 })).toBe(4);
  });
});

it("a mute ends at its moment", () => {
  const muted_until = "2026-01-01T00:00:00.000Z";
  expect(isMuted({ muted_until }, Date.parse(muted_until) - 1)).toBe(true);
  expect(isMuted({ muted_until }, Date.parse(muted_until))).toBe(false);
  expect(isMuted({ muted_until: null })).toBe(false);
});

it("tomorrow begins at eight, also at the end of a month", () => {
  expect(tomorrowMorning(new Date(2026, 0, 31, 23, 59))).toEqual(new Date(2026, 1, 1, 8));
});
