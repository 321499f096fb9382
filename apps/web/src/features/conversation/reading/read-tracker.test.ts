import { CruddurError } from "@cruddur/client/errors";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createReadTracker } from "./read-tracker.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A tracker of messages that somebody else wrote, after a marker at "a". */
function start(markRead: (uuid: string, signal: AbortSignal) => Promise<unknown>) {
  const page = { isLooking: true };
  const tracker = createReadTracker({
    marker: "a",
    isLooking: () => page.isLooking,
    hasUnread: (after, upTo) => upTo > after,
    markRead,
  });
  return { page, tracker };
}

it("marks a message that was in view for a second as read, once", async () => {
  const markRead = vi.fn(async () => {});
  const { tracker } = start(markRead);
  tracker.setVisible("b");
  await vi.advanceTimersByTimeAsync(999);
  expect(markRead).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(markRead.mock.calls.map(([uuid]: unknown[]) => uuid)).toEqual(["b"]);
});

it("marks a message in view as read although the page gets the focus without an event", async () => {
  const markRead = vi.fn(async () => {});
  const { page, tracker } = start(markRead);
  page.isLooking = false;
  tracker.setVisible("b");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(markRead).not.toHaveBeenCalled();
  page.isLooking = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(markRead).toHaveBeenCalledOnce();
});

it("sends the marker again after a failure, and after a request that is never answered", async () => {
  const answers = [
    () => Promise.reject(new CruddurError("network")),
    (_: string, signal: AbortSignal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject())),
    async () => {},
  ];
  const markRead = vi.fn((uuid: string, signal: AbortSignal): Promise<unknown> => {
    const answer = answers.shift();
    return answer === undefined ? Promise.resolve() : answer(uuid, signal);
  });
  start(markRead).tracker.setVisible("b");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(markRead.mock.calls.map(([uuid]) => uuid)).toEqual(["b", "b", "b"]);
});

it("does not repeat a request that the server refused for good", async () => {
  const markRead = vi.fn(() => Promise.reject(new CruddurError("not_a_member")));
  start(markRead).tracker.setVisible("b");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(markRead).toHaveBeenCalledOnce();
});

it("marks everything up to an answered message as read at once, and once", async () => {
  const markRead = vi.fn(async () => {});
  const { tracker } = start(markRead);
  tracker.setVisible("c");
  tracker.readNow("d");
  expect(markRead.mock.calls.map(([uuid]: unknown[]) => uuid)).toEqual(["d"]);
  tracker.setVisible("d");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(markRead).toHaveBeenCalledOnce();
});
