import { afterEach, expect, it, vi } from "vitest";
import { noteServerDate, serverNow } from "./clock.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("a local clock that is an hour slow is corrected by the server's Date header", () => {
  vi.useFakeTimers({ now: Date.parse("2026-03-24T14:00:00.000Z") });
  noteServerDate("Tue, 24 Mar 2026 15:00:00 GMT", Date.now() - 200, Date.now());
  expect(Math.abs(serverNow() - Date.parse("2026-03-24T15:00:00.000Z"))).toBeLessThan(1_000);
});

it("a right clock is left alone, whatever the network's delay", () => {
  vi.useFakeTimers({ now: Date.parse("2026-03-24T15:00:00.900Z") });
  noteServerDate("Tue, 24 Mar 2026 15:00:00 GMT", Date.now() - 1_500, Date.now());
  expect(serverNow()).toBe(Date.now());
});

it("a missing or unreadable header changes nothing", () => {
  vi.useFakeTimers({ now: 1_000_000 });
  noteServerDate(null, 0, 0);
  noteServerDate("soon", 0, 0);
  expect(serverNow()).toBe(1_000_000);
});
