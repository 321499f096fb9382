import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createAnnounce } from "./announcer.tsx";

const polite = vi.fn();
const assertive = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  polite.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
});

it("announces a live message once, with its author, cut at 200 characters", () => {
  const announce = createAnnounce({ polite, assertive });
  announce.message("Ana", "x".repeat(1_000));
  vi.runAllTimers();
  expect(polite.mock.calls).toEqual([[`Ana: ${"x".repeat(200)}`]]);
});

it("announces many messages at once as one sentence", () => {
  const announce = createAnnounce({ polite, assertive });
  for (let i = 0; i < 8; i++) announce.message("Ana", `line ${i}`);
  vi.runAllTimers();
  expect(polite.mock.calls.map(([text]) => text)).toEqual([
    "Ana: line 0",
    "Ana: line 1",
    "Ana: line 2",
    "5 new messages",
  ]);
});

it("announces messages one by one again after a pause", () => {
  const announce = createAnnounce({ polite, assertive });
  for (let i = 0; i < 5; i++) announce.message("Ana", `line ${i}`);
  vi.advanceTimersByTime(5_000);
  announce.message("Ana", "later");
  expect(polite).toHaveBeenLastCalledWith("Ana: later");
});
