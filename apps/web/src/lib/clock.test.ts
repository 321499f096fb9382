import { afterEach, expect, it, vi } from "vitest";
import { correctClock, serverNow } from "./clock.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("corrects a local clock that is an hour slow by the server's Date header", () => {
  vi.useFakeTimers({ now: Date.parse("2026-03-24T14:00:00.000Z") });
  correctClock("Tue, 24 Mar 2026 15:00:00 GMT", Date.now() - 200, Date.now());
  expect(Math.abs(serverNow() - Date.parse("2026-03-24T15:00:00.000Z"))).toBeLessThan(1_000);
});

it("does not change a correct clock when the network is slow", () => {
  vi.useFakeTimers({ now: Date.parse("2026-03-24T15:00:00.900Z") });
  correctClock("Tue, 24 Mar 2026 15:00:00 GMT", Date.now() - 1_500, Date.now());
  expect(serverNow()).toBe(Date.now());
});

it("ignores a missing or invalid header", () => {
  vi.useFakeTimers({ now: 1_000_000 });
  correctClock(null, 0, 0);
  correctClock("soon", 0, 0);
  expect(serverNow()).toBe(1_000_000);
});
