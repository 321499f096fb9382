import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  connectionState,
  reportConnectionLost,
  reportConnectionRestored,
  resetConnection,
} from "./connection.ts";

beforeEach(() => {
  vi.useFakeTimers();
  resetConnection();
});
afterEach(() => {
  vi.useRealTimers();
});

it("does not show a gap of less than five seconds", () => {
  reportConnectionLost();
  vi.advanceTimersByTime(4_900);
  reportConnectionRestored();
  vi.advanceTimersByTime(60_000);
  expect(connectionState.get()).toBe("online");
});

it("repeated failures do not delay the notice", () => {
  reportConnectionLost();
  vi.advanceTimersByTime(3_000);
  reportConnectionLost();
  vi.advanceTimersByTime(2_100);
  expect(connectionState.get()).toBe("reconnecting");
});

it("shows once that the connection is back, and hides it although events follow", () => {
  reportConnectionLost();
  vi.advanceTimersByTime(6_000);
  reportConnectionRestored();
  expect(connectionState.get()).toBe("reconnected");
  for (let second = 0; second < 4; second++) {
    vi.advanceTimersByTime(1_000);
    reportConnectionRestored();
  }
  expect(connectionState.get()).toBe("online");
});
