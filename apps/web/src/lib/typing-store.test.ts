import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { emitLiveEvent } from "./live-events.ts";
import { startTyping, typistsOf } from "./typing-store.ts";

let stop = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  stop = startTyping({ user_uuid: "me" });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

const type = (user_uuid: string, message_group_uuid = "group") =>
  emitLiveEvent({ type: "typing", message_group_uuid, user_uuid } as never);

it("people count as typing until their signals stop, each in their own conversation", () => {
  type("ana");
  vi.advanceTimersByTime(4_000);
  type("ben");
  type("ana", "another");
  expect(typistsOf("group")).toEqual(["ana", "ben"]);
  vi.advanceTimersByTime(4_000);
  expect(typistsOf("group")).toEqual(["ben"]);
  expect(typistsOf("another")).toEqual(["ana"]);
  vi.advanceTimersByTime(4_000);
  expect(typistsOf("group")).toEqual([]);
});

it("a message ends its author's typing, and own signals from another device are not shown", () => {
  type("me");
  type("ana");
  expect(typistsOf("group")).toEqual(["ana"]);
  emitLiveEvent({
    type: "message",
    message: { message_group_uuid: "group", user_uuid: "ana" },
  } as never);
  expect(typistsOf("group")).toEqual([]);
});
