import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  connectionLost,
  connectionRestored,
  connectionState,
  connectionUnused,
} from "./connection.ts";

beforeEach(() => {
  vi.useFakeTimers();
  connectionUnused();
});
afterEach(() => {
  vi.useRealTimers();
});

it("a gap of less than five seconds says nothing", () => {
  connectionLost();
  vi.advanceTimersByTime(4_900);
  connectionRestored();
  vi.advanceTimersByTime(60_000);
  expect(connectionState.get()).toBe("online");
});

it("repeated failures don't put off the moment it is said", () => {
  connectionLost();
  vi.advanceTimersByTime(3_000);
  connectionLost();
  vi.advanceTimersByTime(2_100);
  expect(connectionState.get()).toBe("reconnecting");
});

it("being back is said once and goes away, however many events follow", () => {
  connectionLost();
  vi.advanceTimersByTime(6_000);
  connectionRestored();
  expect(connectionState.get()).toBe("reconnected");
  for (let second = 0; second < 4; second++) {
    vi.advanceTimersByTime(1_000);
    connectionRestored();
  }
  expect(connectionState.get()).toBe("online");
});
